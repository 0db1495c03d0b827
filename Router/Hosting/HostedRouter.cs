using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Hosting.InProcess;
using WampRouter.Http;
using WampRouter.Logging;
using WampRouter.Measures;
using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Storage;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.LongPoll;
using WampRouter.Transports.RawSocket;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Hosting;

/// <summary>
/// One router of an application: everything it consists of, put together in one place. Routers of one process share the application's clock, log and meters, and nothing else: sessions of
/// one never meet those of another, and its limits count nobody else's.
/// </summary>
internal sealed partial class HostedRouter : IReloadPart, IDisposable
{
    private readonly SessionContext _sessions;
    private readonly TransportServices _transports;
    private readonly TicketVerifier _verifier;
    private readonly RouterPlan _plan;
    private readonly RouterRealms _realms;
    private readonly EventHistories _histories;
    private readonly WampRouterOptions _first;      // what it has started with
    private WampRouterOptions _options;             // what holds now; a reload's

    private HostedRouter(RouterPlan plan, RouterRealms realms, EventHistories histories, WampRouterOptions options, SessionContext sessions, TransportServices transports, TicketVerifier verifier, RouterMeter meter, LogSampling logs, ILoggerFactory loggers)
    {
        (_plan, _realms, _histories, _sessions, _transports, _verifier) = (plan, realms, histories, sessions, transports, verifier);
        (_first, _options) = (options, options);
        var receivers = new SessionFactory(sessions, plan.ReadsCookies);
        Entrances = new Entrances(
            new WebSocketEntrance(new WebSocketTransport(transports, logs.For<WebSocketTransport>()), receivers, SubprotocolPolicy.Wamp),
            new RawSocketEntrance(new RawSocketTransport(transports, logs.For<RawSocketTransport>()), receivers),
            new LongPollEntrance(transports, receivers, logs.For<LongPollEntrance>()));
        Http = new HttpEntrance(transports, receivers, new HttpMetrics(meter), logs.For<HttpEntrance>());
        Memory = new WampMemoryTransport(transports, receivers, logs.For<WampMemoryTransport>());
        Shutdown = new RouterShutdown(sessions, transports.Roster, verifier, loggers.CreateLogger<RouterShutdown>());
    }

    /// <summary>Where clients come in from outside.</summary>
    public Entrances Entrances { get; }

    /// <summary>Where those come in who have HTTP and do not speak WAMP.</summary>
    public HttpEntrance Http { get; }

    /// <summary>Where clients of this process come in.</summary>
    public WampMemoryTransport Memory { get; }

    /// <summary>Whether it takes nobody any more.</summary>
    public bool IsShuttingDown => _sessions.Live.IsDraining || _transports.Roster.IsShuttingDown;

    /// <summary>The names of its realms, in their order.</summary>
    public IReadOnlyList<string> RealmNames => _realms.Names;

    /// <summary>How arguments of the application's own sessions become JSON values; null: as a client's do.</summary>
    public IWampPayloadSerializer? PayloadSerializer { get; private init; }

    /// <summary>How it ends.</summary>
    public RouterShutdown Shutdown { get; }

    /// <summary>Makes a router; it serves as soon as something leads to it.</summary>
    /// <param name="plan">What the application wants.</param>
    /// <param name="services">The application's services.</param>
    /// <exception cref="WampRouterConfigurationException">The configuration has mistakes, or the application has no place for durable histories that a realm wants.</exception>
    public static HostedRouter Create(RouterPlan plan, IServiceProvider services)
    {
        var configuration = services.GetRequiredKeyedService<RouterConfiguration>(plan.Name);
        var logs = services.GetRequiredKeyedService<LogSampling>(plan.Name);
        var time = services.GetRequiredService<TimeProvider>();
        var histories = new EventHistories(time, services.GetKeyedService<IDurableHistories>(plan.Name));
        RefuseHomelessHistories(configuration, histories);
        TellNotes(plan, configuration, services);
        var options = configuration.Options;
        var meter = services.GetRequiredKeyedService<RouterMeter>(plan.Name);
        var (live, instruments) = (new LiveSessions(), new RealmInstruments(meter));
        var metrics = new SessionMetrics(meter, live);
        var verifier = new TicketVerifier(options.Sessions, time, metrics: metrics);
        var (sessionLog, realmLog) = (logs.For<Session>(), logs.For<Realm>());
        var realms = new RouterRealms(realm => new HostedRealm(
            realm.Realm, realm.Sessions, verifier, time, histories, logger: realmLog, logins: plan.FindLogins(realm.Realm.Name)?.With(services),
            authorizer: plan.FindAuthorizer(realm.Realm.Name)?.With(services, realm.Realm.Name), instruments: instruments));
        var sessions = new SessionContext(realms.Open(RealmsOf(plan, configuration)), options.Sessions, live, time, sessionLog, metrics);
        var transports = TransportServices.Create(options.Transports, meter, time);
        return new HostedRouter(plan, realms, histories, options, sessions, transports, verifier, meter, logs, services.GetRequiredService<ILoggerFactory>()) { PayloadSerializer = plan.PayloadSerializer };
    }

    /// <summary>The router of an application.</summary>
    /// <exception cref="InvalidOperationException">There is none of this name.</exception>
    public static HostedRouter Of(IServiceProvider services, string name) => services.GetKeyedService<HostedRouter>(name)
        ?? throw new InvalidOperationException($"{RouterNames.NoneOf(services, name)}; call builder.Services.AddWampRouter({(name.Length == 0 ? "" : $"\"{name}\"")}).");

    /// <inheritdoc />
    /// <exception cref="WampRouterConfigurationException">The application has no place for durable histories that a realm wants.</exception>
    /// <exception cref="EventHistoryException">A new history cannot be opened.</exception>
    public IReloadStep Prepare(RouterConfiguration configuration)
    {
        RefuseHomelessHistories(configuration, _histories);
        return new Change(this, configuration.Options, _realms.Prepare([.. RealmsOf(_plan, configuration)], _sessions));
    }

    /// <summary>Whether there is a realm of this name.</summary>
    public bool HasRealm(string name) => _sessions.Realm(name) is not null;

    /// <summary>Whether a realm has this role.</summary>
    public bool HasRole(string realm, string role) => _sessions.Realm(realm)?.Realm.HasRole(role) is true;

    /// <summary>Stops its clocks, and drops connections that <see cref="Shutdown"/> was not asked to end.</summary>
    public void Dispose()
    {
        Shutdown.Dispose();
        Http.Dispose();
        _transports.Dispose();
        _verifier.Dispose();
    }

    private void Apply(WampRouterOptions options)
    {
        _options = options;
        _sessions.Apply(options.Sessions);
        _verifier.Apply(options.Sessions);
        _transports.Apply(options.Transports);
    }

    private static IEnumerable<RealmConfiguration> RealmsOf(RouterPlan plan, RouterConfiguration configuration) =>
        plan.IsInApplication ? configuration.Realms.Select(ApplicationRole.AddTo) : configuration.Realms;

    /// <summary>The program tells notes itself, with what it knows besides.</summary>
    private static void TellNotes(RouterPlan plan, RouterConfiguration configuration, IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<HostedRouter>>();
        foreach (var note in plan.IsInApplication ? configuration.Notes : [])
        {
            Log.Note(logger, note);
        }
    }

    private static void RefuseHomelessHistories(RouterConfiguration configuration, EventHistories histories)
    {
        var mistakes = from realm in configuration.Realms
                       from history in realm.Realm.History
                       let problem = histories.FindProblem(history)
                       where problem is not null
                       select (Problem: problem, Mistake: new ConfigurationMistake(realm.FilePath, $"the history of '{history.Uri}' {problem}"));

        // It is the application that lacks something, once, however many histories want it.
        if (mistakes.DistinctBy(found => found.Problem).Select(found => found.Mistake).ToArray() is { Length: > 0 } found)
        {
            throw new WampRouterConfigurationException(found);
        }
    }

    /// <summary>Other settings, and other realms.</summary>
    private sealed class Change(HostedRouter router, WampRouterOptions options, IReloadStep realms) : IReloadStep
    {
        public IReadOnlyList<string> Changes { get; } = [.. SettingsDifference.Changes(router._options, options), .. realms.Changes];

        public IReadOnlyList<string> NeedRestart { get; } = [.. SettingsDifference.NeedRestart(router._first, options), .. realms.NeedRestart];

        public PolicyEffect TakeEffect()
        {
            router.Apply(options);
            return realms.TakeEffect();
        }

        public void Dispose() => realms.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1238, LogLevel.Warning, "The configuration of the WAMP router: {Note}")]
        public static partial void Note(ILogger logger, ConfigurationMistake note);
    }
}
