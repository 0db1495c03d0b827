using WampRouter.Client.Sessions;

namespace WampRouter.Client;

/// <summary>The session as the router's WELCOME describes it. A reconnect makes a new one, unless it could resume the last.</summary>
public sealed class WampSessionDetails
{
    private const long DefaultResumeMilliseconds = 60_000;
    private const long MaxResumeMilliseconds = 24 * 60 * 60 * 1000;

    internal WampSessionDetails(long id, string realm, string subprotocol, WampDetails details, IReadOnlyList<string> assumedFeatures)
    {
        Id = id;
        Details = details;
        Subprotocol = subprotocol;
        Realm = details.GetText("realm") ?? realm;
        AuthId = details.GetText("authid");
        AuthRole = details.GetText("authrole");
        AuthMethod = details.GetText("authmethod");
        AuthProvider = details.GetText("authprovider");
        AuthExtra = details.GetDetails("authextra");
        IsResumed = details.GetBoolean("resumed");
        ResumeToken = details.GetBoolean("resumable") ? details.GetText("resume_token") : null;
        ResumeWithin = TimeSpan.FromMilliseconds(Math.Clamp(details.GetInteger("_resume_within") ?? DefaultResumeMilliseconds, 0, MaxResumeMilliseconds));
        TakenByRouter = details.GetInteger("_received");
        MaxMessageBytes = details.GetInteger("_max_message_bytes") is { } bytes and > 0 ? bytes : null;
        BrokerFeatures = details.FeaturesOf("broker");
        DealerFeatures = details.FeaturesOf("dealer");
        var assumed = assumedFeatures.ToHashSet(StringComparer.Ordinal);
        Features = RouterFeatureNames.Of(BrokerFeatures, DealerFeatures) | RouterFeatureNames.Of(assumed, assumed);
    }

    /// <summary>The session's id, unique in the router.</summary>
    public long Id { get; }

    /// <summary>The realm that was joined.</summary>
    public string Realm { get; }

    /// <summary>The WebSocket subprotocol, such as <c>wamp.2.json</c>.</summary>
    public string Subprotocol { get; }

    /// <summary>Who the router takes this session for.</summary>
    public string? AuthId { get; }

    /// <summary>The role whose permissions apply.</summary>
    public string? AuthRole { get; }

    /// <summary>How it was authenticated.</summary>
    public string? AuthMethod { get; }

    /// <summary>Who vouched for it.</summary>
    public string? AuthProvider { get; }

    /// <summary>What the authentication method said with the WELCOME; <see langword="null"/> where it said nothing.</summary>
    public WampDetails? AuthExtra { get; }

    /// <summary>
    /// What the router's broker announced it can do, by the names of the specification, such as <c>event_retention</c>. Options that need what is not here are
    /// refused with a <see cref="NotSupportedException"/>, unless <see cref="WampClientOptions.AssumedFeatures"/> names it.
    /// </summary>
    public IReadOnlySet<string> BrokerFeatures { get; }

    /// <summary>What the router's dealer announced it can do, such as <c>progressive_call_results</c>.</summary>
    public IReadOnlySet<string> DealerFeatures { get; }

    /// <summary>
    /// The largest message the router takes, in bytes as the serializer writes it; <see langword="null"/> if it does not say. A larger one is not sent: whoever gave it gets a
    /// <see cref="WampException"/> with <see cref="WampErrorUri.PayloadSizeExceeded"/>.
    /// </summary>
    public long? MaxMessageBytes { get; }

    /// <summary>Whether this is the session that lost its connection, and not a new one (<see cref="WampClientOptions.Resumption"/>).</summary>
    public bool IsResumed { get; }

    /// <summary>What it announced, and what it is assumed to have.</summary>
    internal RouterFeatures Features { get; }

    /// <summary>The secret that gets this session back, or null when it cannot be got back.</summary>
    internal string? ResumeToken { get; }

    /// <summary>How long the router keeps it without a connection.</summary>
    internal TimeSpan ResumeWithin { get; }

    /// <summary>How many of this client's messages the router has taken in this session.</summary>
    internal long? TakenByRouter { get; }

    /// <summary>Everything else in the WELCOME.</summary>
    public WampDetails Details { get; }
}
