using WampRouter.Realms.Authorization;
using WampRouter.Realms.History;

namespace WampRouter.Realms;

/// <summary>Which rule URIs must satisfy (<c>rfc/text/basic/building_blocks.md</c> "URIs").</summary>
internal enum UriCheck : byte
{
    /// <summary>No whitespace, no <c>#</c>, no empty component.</summary>
    Loose,

    /// <summary>Components of lower-case letters, digits and underscores only.</summary>
    Strict,
}

/// <summary>A realm as configured: immutable, replaced whole when the configuration changes.</summary>
internal sealed record RealmSettings
{
    /// <summary>The realm's URI, as clients name it in HELLO.</summary>
    public required string Name { get; init; }

    /// <summary>The URI rule of this realm.</summary>
    public UriCheck UriCheck { get; init; }

    /// <summary>Every role a session of this realm can have.</summary>
    public IReadOnlyList<RoleSettings> Roles { get; init; } = [];

    /// <summary>Whether clients may ask for their identity to be told to receivers; where not, that is refused.</summary>
    public bool AllowDiscloseMe { get; init; } = true;

    /// <summary>
    /// Whether a callee is asked for progressive results only if it can be interrupted, as the specification has it. Many callees in the
    /// field announce the one feature without the other.
    /// </summary>
    public bool ProgressNeedsCanceling { get; init; }

    /// <summary>How many events are retained, and how long.</summary>
    public RetainedSettings Retained { get; init; } = new();

    /// <summary>The topics and patterns whose events are kept.</summary>
    public IReadOnlyList<HistorySettings> History { get; init; } = [];

    /// <summary>How often sessions are told of in <c>wamp.session.on_stats</c>; null: never.</summary>
    public StatisticsSettings? Statistics { get; init; }

    /// <summary>Bounds on what clients can make the realm hold.</summary>
    public RealmLimits Limits { get; init; } = new();
}

/// <summary>A role and what it may do. No rule, no permission.</summary>
internal sealed record RoleSettings
{
    /// <summary>The authrole, as WELCOME reports it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// How far its messages are trusted, from 0 on; receivers are told (<c>rfc/text/advanced/pubsub_publication_trustlevels.md</c>). Null: receivers are told nothing.
    /// </summary>
    public int? TrustLevel { get; init; }

    /// <summary>In any order: the most specific match decides.</summary>
    public IReadOnlyList<PermissionRule> Permissions { get; init; } = [];

    /// <summary>What a session with this role may send in a second; null: what all may.</summary>
    public TrafficRates? Rates { get; init; }
}

/// <summary>How much one realm, and one session in it, may hold. Every table a client can feed has its bound here.</summary>
internal sealed record RealmLimits
{
    /// <summary>Sessions joined at the same time; one more is refused with ABORT.</summary>
    public int MaxSessions { get; init; } = 100_000;

    /// <summary>Sessions of one principal: an authid, or an address where anonymous clients come from.</summary>
    public int MaxSessionsPerPrincipal { get; init; } = 50_000;

    /// <summary>Subscriptions one session may hold.</summary>
    public int MaxSubscriptionsPerSession { get; init; } = 10_000;

    /// <summary>Those of all sessions of one principal.</summary>
    public int MaxSubscriptionsPerPrincipal { get; init; } = 1_000_000;

    /// <summary>Those of all sessions.</summary>
    public int MaxSubscriptions { get; init; } = 2_000_000;

    /// <summary>The memory of a principal's subscriptions, in bytes.</summary>
    public int MaxSubscriptionBytesPerPrincipal { get; init; } = 512 * 1024 * 1024;

    /// <summary>The memory of all subscriptions, in bytes.</summary>
    public int MaxSubscriptionBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Registrations one session may hold.</summary>
    public int MaxRegistrationsPerSession { get; init; } = 10_000;

    /// <summary>Those of all sessions of one principal.</summary>
    public int MaxRegistrationsPerPrincipal { get; init; } = 250_000;

    /// <summary>Those of all sessions.</summary>
    public int MaxRegistrations { get; init; } = 500_000;

    /// <summary>The memory of a principal's registrations, in bytes.</summary>
    public int MaxRegistrationBytesPerPrincipal { get; init; } = 128 * 1024 * 1024;

    /// <summary>The memory of all registrations, in bytes.</summary>
    public int MaxRegistrationBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Calls one session may have under way as a caller.</summary>
    public int MaxPendingCallsPerSession { get; init; } = 10_000;

    /// <summary>Invocations that may wait for one callee's answer.</summary>
    public int MaxPendingInvocationsPerSession { get; init; } = 100_000;

    /// <summary>Calls that may wait for the callees of one registration, where those limit how many they serve at a time.</summary>
    public int MaxQueuedCallsPerRegistration { get; init; } = 1_000;

    /// <summary>Memory for copies of calls that wait, that may be routed again, or that come in pieces; in bytes, for the whole realm.</summary>
    public int MaxHeldCallBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>The same for the calls of one session: by default as much as its principal may have, so that who was served before there was this limit still is.</summary>
    public int MaxHeldCallBytesPerSession { get; init; } = 64 * 1024 * 1024;

    /// <summary>The same for the calls of one principal.</summary>
    public int MaxHeldCallBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>Readings of histories that run at the same time.</summary>
    public int MaxHistoryReads { get; init; } = 4;

    /// <summary>Those that may wait for their turn, of all sessions.</summary>
    public int MaxWaitingHistoryReads { get; init; } = 1_000;

    /// <summary>Those of one session, of which one runs and the others wait.</summary>
    public int MaxHistoryReadsPerSession { get; init; } = 16;

    /// <summary>Those of all sessions of one principal that run or wait.</summary>
    public int MaxHistoryReadsPerPrincipal { get; init; } = 500;

    /// <summary>The events of one result, encoded, in bytes; a single event may be larger.</summary>
    public int MaxHistoryResultBytes { get; init; } = 1024 * 1024;

    /// <summary>Testaments one session may leave.</summary>
    public int MaxTestamentsPerSession { get; init; } = 100;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxTestamentBytesPerSession { get; init; } = 1024 * 1024;

    /// <summary>The memory of the testaments of one principal, in bytes.</summary>
    public int MaxTestamentBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>The memory of all testaments, in bytes.</summary>
    public int MaxTestamentBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Topics, procedures and errors one session may define for reflection.</summary>
    public int MaxDefinitionsPerSession { get; init; } = 1_000;

    /// <summary>The memory of its definitions, in bytes.</summary>
    public int MaxDefinitionBytesPerSession { get; init; } = 1024 * 1024;

    /// <summary>Definitions of all sessions of one principal.</summary>
    public int MaxDefinitionsPerPrincipal { get; init; } = 100_000;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxDefinitionBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>Definitions of all sessions.</summary>
    public int MaxDefinitions { get; init; } = 200_000;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxDefinitionBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>URIs whose routes and permissions are remembered; beyond it they are worked out anew for each message.</summary>
    public int MaxCachedUris { get; init; } = 1_000_000;

    /// <summary>The memory they, and what is remembered of the patterns that match them, may take, in bytes.</summary>
    public int MaxCachedUriBytes { get; init; } = 64 * 1024 * 1024;
}

/// <summary>When the traffic of a session is told.</summary>
internal sealed record StatisticsSettings
{
    /// <summary>The time between two events of one session.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A session with fewer messages since its last event, both ways together, has to wait for the next time.</summary>
    public int MinMessages { get; init; } = 1;
}

/// <summary>Bounds on the events that publishers ask to retain. What exceeds them is forgotten from the oldest on.</summary>
internal sealed record RetainedSettings
{
    /// <summary>Events of all topics; 0 retains none.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The memory of those that the sessions of one principal published, in bytes: beyond it that principal's oldest are forgotten. Null: as many as there may be.</summary>
    public int? MaxBytesPerPrincipal { get; init; }

    /// <summary>How long one is kept; null: until there are too many.</summary>
    public TimeSpan? MaxAge { get; init; }
}
