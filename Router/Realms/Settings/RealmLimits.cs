namespace WampRouter.Realms.Settings;

/// <summary>How much one realm, and one session in it, may hold. Every table that clients can fill has its bound here.</summary>
internal sealed record RealmLimits
{
    /// <summary>Sessions joined at the same time; further ones are refused with ABORT.</summary>
    public int MaxSessions { get; init; } = 100_000;

    /// <summary>Sessions of one principal: an authid, or the address of anonymous clients.</summary>
    public int MaxSessionsPerPrincipal { get; init; } = 50_000;

    /// <summary>Subscriptions one session may hold.</summary>
    public int MaxSubscriptionsPerSession { get; init; } = 10_000;

    /// <summary>Subscriptions of all sessions of one principal.</summary>
    public int MaxSubscriptionsPerPrincipal { get; init; } = 1_000_000;

    /// <summary>Subscriptions of all sessions.</summary>
    public int MaxSubscriptions { get; init; } = 2_000_000;

    /// <summary>The memory of a principal's subscriptions, in bytes.</summary>
    public int MaxSubscriptionBytesPerPrincipal { get; init; } = 512 * 1024 * 1024;

    /// <summary>The memory of all subscriptions, in bytes.</summary>
    public int MaxSubscriptionBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Registrations one session may hold.</summary>
    public int MaxRegistrationsPerSession { get; init; } = 10_000;

    /// <summary>Registrations of all sessions of one principal.</summary>
    public int MaxRegistrationsPerPrincipal { get; init; } = 250_000;

    /// <summary>Registrations of all sessions.</summary>
    public int MaxRegistrations { get; init; } = 500_000;

    /// <summary>The memory of a principal's registrations, in bytes.</summary>
    public int MaxRegistrationBytesPerPrincipal { get; init; } = 128 * 1024 * 1024;

    /// <summary>The memory of all registrations, in bytes.</summary>
    public int MaxRegistrationBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Calls one session may have pending as a caller.</summary>
    public int MaxPendingCallsPerSession { get; init; } = 10_000;

    /// <summary>Invocations that may wait for one callee's answer.</summary>
    public int MaxPendingInvocationsPerSession { get; init; } = 100_000;

    /// <summary>Calls that may wait for the callees of one registration, where these limit their concurrency.</summary>
    public int MaxQueuedCallsPerRegistration { get; init; } = 1_000;

    /// <summary>Memory for copies of calls that wait, that may be rerouted, or that come in pieces; in bytes, for the whole realm.</summary>
    public int MaxHeldCallBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>The same for the calls of one session. The default is the limit of a principal, so that this limit changes nothing for existing clients.</summary>
    public int MaxHeldCallBytesPerSession { get; init; } = 64 * 1024 * 1024;

    /// <summary>The same for the calls of one principal.</summary>
    public int MaxHeldCallBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>Readings of histories that run at the same time.</summary>
    public int MaxHistoryReads { get; init; } = 4;

    /// <summary>Readings of all sessions that may wait for their turn.</summary>
    public int MaxWaitingHistoryReads { get; init; } = 1_000;

    /// <summary>Readings of one session; one runs, the others wait.</summary>
    public int MaxHistoryReadsPerSession { get; init; } = 16;

    /// <summary>Readings of all sessions of one principal, running or waiting.</summary>
    public int MaxHistoryReadsPerPrincipal { get; init; } = 500;

    /// <summary>The events of one result, encoded, in bytes; a single event may be larger.</summary>
    public int MaxHistoryResultBytes { get; init; } = 1024 * 1024;

    /// <summary>Testaments one session may leave.</summary>
    public int MaxTestamentsPerSession { get; init; } = 100;

    /// <summary>The memory of a session's testaments, in bytes.</summary>
    public int MaxTestamentBytesPerSession { get; init; } = 1024 * 1024;

    /// <summary>The memory of the testaments of one principal, in bytes.</summary>
    public int MaxTestamentBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>The memory of all testaments, in bytes.</summary>
    public int MaxTestamentBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Topics, procedures and errors one session may define for reflection.</summary>
    public int MaxDefinitionsPerSession { get; init; } = 1_000;

    /// <summary>The memory of a session's definitions, in bytes.</summary>
    public int MaxDefinitionBytesPerSession { get; init; } = 1024 * 1024;

    /// <summary>Definitions of all sessions of one principal.</summary>
    public int MaxDefinitionsPerPrincipal { get; init; } = 100_000;

    /// <summary>The memory of a principal's definitions, in bytes.</summary>
    public int MaxDefinitionBytesPerPrincipal { get; init; } = 64 * 1024 * 1024;

    /// <summary>Definitions of all sessions.</summary>
    public int MaxDefinitions { get; init; } = 200_000;

    /// <summary>The memory of all definitions, in bytes.</summary>
    public int MaxDefinitionBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>URIs whose routes and permissions are cached; beyond that they are computed for each message.</summary>
    public int MaxCachedUris { get; init; } = 1_000_000;

    /// <summary>The memory of the cached URIs and of the cached pattern matches, in bytes.</summary>
    public int MaxCachedUriBytes { get; init; } = 64 * 1024 * 1024;
}
