using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Hosting.InProcess;
using WampRouter.Http;
using WampRouter.Http.Webhooks;
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
    private const string WebhookTransport = "webhook";

    private readonly SessionContext _sessions;
    private readonly TransportServices _transports;
    private readonly TicketVerifier _verifier;
    private readonly RouterPlan _plan;
    private readonly RouterRealms _realms;
    private readonly EventHistories _histories;
    private readonly DeliveryQueues _queues;
    private readonly WampRouterOptions _first;      // what it has started with
    private WampRouterOptions _options;             // what holds now; a reload's

    private HostedRouter(RouterPlan plan, RouterRealms realms, EventHistories histories, DeliveryQueues queues, WampRouterOptions options, SessionContext sessions, TransportServices transports, TicketVerifier verifier, RouterMeter meter, LogSampling logs, ILoggerFactory loggers)
    {
        (_plan, _realms, _histories, _sessions, _transports, _verifier) = (plan, realms, histories, sessions, transports, verifier);
        (_queues, _first, _options) = (queues, options, options);
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

    /// <summary>What its realms have to do with HTTP endpoints elsewhere.</summary>
    public required RouterWebhooks Webhooks { get; init; }

    /// <summary>Answers those who send webhooks to its realms, wherever it is mapped to.</summary>
    public required WebhookEndpoint WebhookReceivers { get; init; }

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
        var queues = new DeliveryQueues(services.GetKeyedService<IDurableQueues>(plan.Name));
        RefuseHomelessQueues(configuration, queues);
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
        HostedRouter? router = null;
        var shared = new WebhookServices
        {
            Client = new WebhookClient(time),
            Queues = queues,
            Connect = subprotocol => router!.Memory.Connect(subprotocol, RealmWebhooks.Login, WebhookTransport),
            MaxMessageBytes = () => transports.Options.MaxMessageBytes,
            Delays = new RetryDelays(Random.Shared.NextDouble),
            Time = time,
            Metrics = new WebhookMetrics(meter),
            Logger = logs.For<RouterWebhooks>(),
        };
        var webhooks = new RouterWebhooks(shared, () => router!.IsShuttingDown);
        router = new HostedRouter(plan, realms, histories, queues, options, sessions, transports, verifier, meter, logs, services.GetRequiredService<ILoggerFactory>())
        {
            PayloadSerializer = plan.PayloadSerializer,
            Webhooks = webhooks,
            WebhookReceivers = new WebhookEndpoint(webhooks, shared),
        };
        webhooks.Apply(webhooks.Prepare(WebhooksOf(realms.Configurations)));
        return router;
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
        RefuseHomelessQueues(configuration, _queues);
        var realms = _realms.Prepare([.. RealmsOf(_plan, configuration)], _sessions);
        try
        {
            return new Change(this, configuration.Options, realms, Webhooks.Prepare(WebhooksOf(realms.After)));
        }
        catch
        {
            realms.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a realm of this name.</summary>
    public bool HasRealm(string name) => _sessions.Realm(name) is not null;

    /// <summary>Whether a realm has this role.</summary>
    public bool HasRole(string realm, string role) => _sessions.Realm(realm)?.Realm.HasRole(role) is true;

    /// <summary>Stops its clocks, and drops connections that <see cref="Shutdown"/> was not asked to end.</summary>
    public void Dispose()
    {
        Shutdown.Dispose();
        Webhooks.Dispose();
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
        (plan.IsInApplication ? configuration.Realms.Select(ApplicationRole.AddTo) : configuration.Realms).Select(WebhookRole.AddTo);

    private static IEnumerable<(string Realm, WebhookSettings Settings)> WebhooksOf(IEnumerable<RealmConfiguration> realms) => realms.Select(realm => (realm.Realm.Name, realm.Webhooks));

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

    private static void RefuseHomelessQueues(RouterConfiguration configuration, DeliveryQueues queues)
    {
        var mistakes = from realm in configuration.Realms
                       from delivery in realm.Webhooks.Deliveries
                       let problem = queues.FindProblem(delivery.Store)
                       where problem is not null
                       select (Problem: problem, Mistake: new ConfigurationMistake(realm.FilePath, $"the webhook '{delivery.Name}' {problem}"));
        if (mistakes.DistinctBy(found => found.Problem).Select(found => found.Mistake).ToArray() is { Length: > 0 } found)
        {
            throw new WampRouterConfigurationException(found);
        }
    }

    /// <summary>Other settings, and other realms.</summary>
    private sealed class Change(HostedRouter router, WampRouterOptions options, IReloadStep realms, RouterWebhooks.Plan webhooks) : IReloadStep
    {
        public IReadOnlyList<string> Changes { get; } = [.. SettingsDifference.Changes(router._options, options), .. realms.Changes];

        public IReadOnlyList<string> NeedRestart { get; } = [.. SettingsDifference.NeedRestart(router._first, options), .. realms.NeedRestart];

        public PolicyEffect TakeEffect()
        {
            router.Apply(options);
            var lost = realms.TakeEffect();
            router.Webhooks.Apply(webhooks);
            router.Http.Forget();
            return lost;
        }

        public void Dispose() => realms.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1238, LogLevel.Warning, "The configuration of the WAMP router: {Note}")]
        public static partial void Note(ILogger logger, ConfigurationMistake note);
    }
}
