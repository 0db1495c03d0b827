namespace WampRouter;

/// <summary>
/// How much one realm, and one session in it, may hold: <c>limits</c> of a realm file (docs/limits.md says what happens beyond each). Null: the default. Sizes are in bytes.
/// </summary>
public sealed class WampRealmLimits
{
    /// <summary>Sessions joined at the same time; one more is refused with ABORT. Default: 100,000.</summary>
    public int? MaxSessions { get; set; }

    /// <summary>Sessions of one principal: an authid, or an address where anonymous clients come from. Default: 50,000.</summary>
    public int? MaxSessionsPerPrincipal { get; set; }

    /// <summary>Subscriptions one session may hold. Default: 10,000.</summary>
    public int? MaxSubscriptionsPerSession { get; set; }

    /// <summary>Those of all sessions of one principal. Default: 1,000,000.</summary>
    public int? MaxSubscriptionsPerPrincipal { get; set; }

    /// <summary>Those of all sessions. Default: 2,000,000.</summary>
    public int? MaxSubscriptions { get; set; }

    /// <summary>The memory of a principal's subscriptions, in bytes. Default: 512 MiB.</summary>
    public int? MaxSubscriptionBytesPerPrincipal { get; set; }

    /// <summary>The memory of all subscriptions, in bytes. Default: 1 GiB.</summary>
    public int? MaxSubscriptionBytes { get; set; }

    /// <summary>Registrations one session may hold. Default: 10,000.</summary>
    public int? MaxRegistrationsPerSession { get; set; }

    /// <summary>Those of all sessions of one principal. Default: 250,000.</summary>
    public int? MaxRegistrationsPerPrincipal { get; set; }

    /// <summary>Those of all sessions. Default: 500,000.</summary>
    public int? MaxRegistrations { get; set; }

    /// <summary>The memory of a principal's registrations, in bytes. Default: 128 MiB.</summary>
    public int? MaxRegistrationBytesPerPrincipal { get; set; }

    /// <summary>The memory of all registrations, in bytes. Default: 256 MiB.</summary>
    public int? MaxRegistrationBytes { get; set; }

    /// <summary>Calls one session may have under way as a caller. Default: 10,000.</summary>
    public int? MaxPendingCallsPerSession { get; set; }

    /// <summary>Invocations that may wait for one callee's answer. Default: 100,000.</summary>
    public int? MaxPendingInvocationsPerSession { get; set; }

    /// <summary>Calls that may wait for the callees of one registration, where those limit how many they serve at a time. Default: 1,000.</summary>
    public int? MaxQueuedCallsPerRegistration { get; set; }

    /// <summary>Memory for copies of calls that wait, that may be routed again, or that come in pieces; in bytes, for the whole realm. Default: 128 MiB.</summary>
    public int? MaxHeldCallBytes { get; set; }

    /// <summary>The same for the calls of one session: by default as much as its principal may have, so that who was served before there was this limit still is. Default: 64 MiB.</summary>
    public int? MaxHeldCallBytesPerSession { get; set; }

    /// <summary>The same for the calls of one principal. Default: 64 MiB.</summary>
    public int? MaxHeldCallBytesPerPrincipal { get; set; }

    /// <summary>Readings of histories that run at the same time. Default: 4.</summary>
    public int? MaxHistoryReads { get; set; }

    /// <summary>Those that may wait for their turn, of all sessions. Default: 1,000.</summary>
    public int? MaxWaitingHistoryReads { get; set; }

    /// <summary>Those of one session, of which one runs and the others wait. Default: 16.</summary>
    public int? MaxHistoryReadsPerSession { get; set; }

    /// <summary>Those of all sessions of one principal that run or wait. Default: 500.</summary>
    public int? MaxHistoryReadsPerPrincipal { get; set; }

    /// <summary>The events of one result, encoded, in bytes; a single event may be larger. Default: 1 MiB.</summary>
    public int? MaxHistoryResultBytes { get; set; }

    /// <summary>The most that the histories of the realm may hold together: a realm whose histories are allowed more is a mistake. Null: as much as they are allowed.</summary>
    public long? MaxHistoryBytes { get; set; }

    /// <summary>Testaments one session may leave. Default: 100.</summary>
    public int? MaxTestamentsPerSession { get; set; }

    /// <summary>Their memory, in bytes. Default: 1 MiB.</summary>
    public int? MaxTestamentBytesPerSession { get; set; }

    /// <summary>The memory of the testaments of one principal, in bytes. Default: 64 MiB.</summary>
    public int? MaxTestamentBytesPerPrincipal { get; set; }

    /// <summary>The memory of all testaments, in bytes. Default: 128 MiB.</summary>
    public int? MaxTestamentBytes { get; set; }

    /// <summary>Topics, procedures and errors one session may define for reflection. Default: 1,000.</summary>
    public int? MaxDefinitionsPerSession { get; set; }

    /// <summary>The memory of its definitions, in bytes. Default: 1 MiB.</summary>
    public int? MaxDefinitionBytesPerSession { get; set; }

    /// <summary>Definitions of all sessions of one principal. Default: 100,000.</summary>
    public int? MaxDefinitionsPerPrincipal { get; set; }

    /// <summary>Their memory, in bytes. Default: 64 MiB.</summary>
    public int? MaxDefinitionBytesPerPrincipal { get; set; }

    /// <summary>Definitions of all sessions. Default: 200,000.</summary>
    public int? MaxDefinitions { get; set; }

    /// <summary>Their memory, in bytes. Default: 128 MiB.</summary>
    public int? MaxDefinitionBytes { get; set; }

    /// <summary>URIs whose routes and permissions are remembered; beyond it they are worked out anew for each message. Default: 1,000,000.</summary>
    public int? MaxCachedUris { get; set; }

    /// <summary>The memory they, and what is remembered of the patterns that match them, may take, in bytes. Default: 64 MiB.</summary>
    public int? MaxCachedUriBytes { get; set; }
}
