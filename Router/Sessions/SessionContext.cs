using System.Collections.Frozen;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Sessions;

/// <summary>What all sessions share: the realms, the limits, the clock, the log. What the settings say is one immutable object, and replaced as a whole.</summary>
internal sealed class SessionContext(IEnumerable<HostedRealm> realms, WampSessionOptions options, LiveSessions live, TimeProvider time, ILogger<Session> logger, SessionMetrics? metrics = null)
{
    private volatile FrozenDictionary<string, HostedRealm> _realms = ByName(realms);
    private volatile Rules _rules = new(options);

    /// <summary>Deadlines and limits of sessions, as they are now: who decides something by several of them asks once.</summary>
    public WampSessionOptions Options => _rules.Options;

    /// <summary>How long a session may live without a message; null: no limit.</summary>
    public IdleLimit? IdleLimit => _rules.IdleLimit;

    /// <summary>The established sessions.</summary>
    public LiveSessions Live { get; } = live;

    /// <summary>The established sessions that can be resumed.</summary>
    public ResumableSessions Resumable { get; } = new(options, live, time, logger, metrics ?? SessionMetrics.Unheard);

    /// <summary>The clock of every deadline.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Where sessions log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Counters.</summary>
    public SessionMetrics Metrics { get; } = metrics ?? SessionMetrics.Unheard;

    /// <summary>Every realm.</summary>
    public IReadOnlyCollection<HostedRealm> Realms => _realms.Values;

    /// <summary>A realm by name, or null.</summary>
    public HostedRealm? Realm(string name) => _realms.GetValueOrDefault(name);

    /// <summary>Replaces the realms: clients that log in from now on find these. Sessions of a realm that is not among them stay until it is closed.</summary>
    public void Replace(IEnumerable<HostedRealm> realms) => _realms = ByName(realms);

    /// <summary>Other deadlines and limits hold from now on: idle sessions are judged by the new ones, a deadline that runs already stays.</summary>
    /// <param name="options">Checked, and not changed any more.</param>
    public void Apply(WampSessionOptions options)
    {
        _rules = new Rules(options);
        Resumable.Apply(options);
    }

    private static FrozenDictionary<string, HostedRealm> ByName(IEnumerable<HostedRealm> realms) => realms.ToFrozenDictionary(realm => realm.Realm.Name, StringComparer.Ordinal);

    private sealed class Rules(WampSessionOptions options)
    {
        public WampSessionOptions Options { get; } = options;

        public IdleLimit? IdleLimit { get; } = options.IdleTimeout is { } timeout ? new IdleLimit(timeout, $"{WampSessionOptions.SectionName}:{nameof(options.IdleTimeout)}") : null;
    }
}

/// <summary>Begins sessions. The one <see cref="IReceiverFactory"/> of a router.</summary>
/// <param name="context">What they share.</param>
/// <param name="readsCookies">Whether a method of the application may look at cookies.</param>
internal sealed class SessionFactory(SessionContext context, bool readsCookies = false) : IReceiverFactory
{
    /// <inheritdoc />
    public bool ReadsCookies => readsCookies;

    /// <inheritdoc />
    public IMessageReceiver Create(IConnection connection) => new Session(context, connection);
}
