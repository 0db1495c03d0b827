namespace WampRouter.Sessions;

/// <summary>How long sessions may take, how many logins are checked at once, and what is kept of sessions without a connection. Section <see cref="SectionName"/>.</summary>
public sealed class WampSessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "WampRouter:Sessions";

    /// <summary>From the connection to WELCOME; whoever takes longer is aborted. 1 second to 10 minutes.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer has to answer the router's GOODBYE before its connection is closed. Up to 1 minute.</summary>
    public TimeSpan GoodbyeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The shortest <see cref="IdleTimeout"/>: less than a peer may take to answer is no idleness.</summary>
    internal static readonly TimeSpan ShortestIdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The longest one.</summary>
    internal static readonly TimeSpan LongestIdleTimeout = TimeSpan.FromDays(30);

    /// <summary>How long a session may live without a message from or to it, pings aside; it then gets GOODBYE <c>wamp.error.timeout</c>. 10 seconds to 30 days; null: for ever.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>At shutdown: how long calls under way may take to be answered. Up to 10 minutes; 0 waits for none.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What a shutdown tells the clients.</summary>
    public WampShutdownNotice Shutdown { get; set; } = WampShutdownNotice.Restart;

    /// <summary>Slow ticket checks (PBKDF2) that run at the same time. 1 to 64.</summary>
    public int ConcurrentTicketChecks { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Slow ticket checks that may wait for their turn; one more login is refused. 0 to 100,000.</summary>
    public int QueuedTicketChecks { get; set; } = 1_000;

    /// <summary>Slow ticket checks of one address that may wait for their turn; one more login is refused. 1 to 100,000.</summary>
    public int TicketChecksPerAddress { get; set; } = 100;

    /// <summary>What the next slow ticket check of an address, or of a user's name, waits after one that failed; doubled by every further one. Up to 1 minute; 0 for nothing.</summary>
    public TimeSpan FailedLoginDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest such wait. At least <see cref="FailedLoginDelay"/>, less than <see cref="HelloTimeout"/>.</summary>
    public TimeSpan FailedLoginMaxDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it is remembered that a login failed, or that it did not; up to twice as long. 1 second to 1 day.</summary>
    public TimeSpan FailedLoginMemory { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Addresses, and users' names, that are remembered at the same time; the oldest are forgotten first. 100 to 1,000,000.</summary>
    public int RememberedLogins { get; set; } = 10_000;

    /// <summary>Sessions that are kept without a connection (docs/resumption.md); one more ends with its connection. 0 to 10,000,000.</summary>
    public int MaxDetachedSessions { get; set; } = 10_000;

    /// <summary>Frames kept for all sessions that can be resumed, in bytes. 0 to 1 TiB.</summary>
    public long ResumptionTotalBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Those of them that one principal may have: an authid in a realm, or for anonymous sessions an address. 0 to 10,000,000.</summary>
    public int MaxDetachedSessionsPerPrincipal { get; set; } = 1_000;

    /// <summary>Frames kept for the sessions of one principal, in bytes. 0 to 1 TiB.</summary>
    public long ResumptionBytesPerPrincipal { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// How long a client that said goodbye may take to begin another session on its connection, which the specification lets it do. Most never do: some close the connection
    /// themselves, and some wait for the router to.
    /// </summary>
    internal static TimeSpan TimeForAnotherHello { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The last moments of a shutdown, in which connections close: who has not closed by then is dropped.</summary>
    internal static TimeSpan ClosingTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>What a shutdown takes at most, whatever the clients do.</summary>
    internal TimeSpan LongestShutdown => DrainTimeout + GoodbyeTimeout + ClosingTime;
}

/// <summary>How a router that shuts down takes leave. Most clients take every GOODBYE of a router for final, and come back after a connection that just closed.</summary>
public enum WampShutdownNotice
{
    /// <summary>It is expected back: connections close with code 1012 (service restart) and no GOODBYE, so that every client reconnects.</summary>
    Restart,

    /// <summary>It is gone for good: GOODBYE <c>wamp.close.system_shutdown</c> to every session.</summary>
    Goodbye,
}
