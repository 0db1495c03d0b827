namespace WampRouter.Sessions;

/// <summary>Time limits of sessions, how many logins are checked at once, and what is kept of sessions without a connection. Section <see cref="SectionName"/>.</summary>
public sealed class WampSessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "WampRouter:Sessions";

    /// <summary>The longest time from the connection to WELCOME; a client that takes longer gets ABORT. 1 second to 10 minutes.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer has to answer the router's GOODBYE before its connection is closed. Up to 1 minute.</summary>
    public TimeSpan GoodbyeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The shortest <see cref="IdleTimeout"/>. A peer may take this long to answer, so a shorter silence does not mean that it is idle.</summary>
    internal static readonly TimeSpan ShortestIdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The longest <see cref="IdleTimeout"/>.</summary>
    internal static readonly TimeSpan LongestIdleTimeout = TimeSpan.FromDays(30);

    /// <summary>How long a session may live without a message from or to it (pings do not count); it then gets GOODBYE <c>wamp.error.timeout</c>. 10 seconds to 30 days; null: no limit.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>How long a shutdown waits for the calls under way. Up to 10 minutes; 0: it does not wait.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What a shutdown tells the clients.</summary>
    public WampShutdownNotice Shutdown { get; set; } = WampShutdownNotice.Restart;

    /// <summary>Slow ticket checks (PBKDF2) that run at the same time. 1 to 64.</summary>
    public int ConcurrentTicketChecks { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How many slow ticket checks may wait for their turn; further logins are refused. 0 to 100,000.</summary>
    public int QueuedTicketChecks { get; set; } = 1_000;

    /// <summary>How many slow ticket checks of one address may wait for their turn; further logins are refused. 1 to 100,000.</summary>
    public int TicketChecksPerAddress { get; set; } = 100;

    /// <summary>After a failed login: how long the next slow ticket check of the same address or authid waits. Each further failure doubles it. Up to 1 minute; 0: no wait.</summary>
    public TimeSpan FailedLoginDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest such wait. At least <see cref="FailedLoginDelay"/>, less than <see cref="HelloTimeout"/>.</summary>
    public TimeSpan FailedLoginMaxDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the result of a login, failed or not, is remembered; it may be up to twice as long. 1 second to 1 day.</summary>
    public TimeSpan FailedLoginMemory { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many addresses and authids are remembered at the same time; the oldest are forgotten first. 100 to 1,000,000.</summary>
    public int RememberedLogins { get; set; } = 10_000;

    /// <summary>How many sessions are kept without a connection (docs/resumption.md); a further one ends with its connection. 0 to 10,000,000.</summary>
    public int MaxDetachedSessions { get; set; } = 10_000;

    /// <summary>The most bytes of frames kept for all sessions that can be resumed. 0 to 1 TiB.</summary>
    public long ResumptionTotalBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How many sessions without a connection one principal may have. A principal is an authid in a realm, or for anonymous sessions an address. 0 to 10,000,000.</summary>
    public int MaxDetachedSessionsPerPrincipal { get; set; } = 1_000;

    /// <summary>The most bytes of frames kept for the sessions of one principal. 0 to 1 TiB.</summary>
    public long ResumptionBytesPerPrincipal { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// How long a client that said GOODBYE may take to begin another session on its connection, as the specification allows. Most clients never do: some close the connection,
    /// and some wait until the router closes it.
    /// </summary>
    internal static TimeSpan TimeForAnotherHello { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The last part of a shutdown, in which connections close; those that are still open after it are dropped.</summary>
    internal static TimeSpan ClosingTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time that a shutdown can take, whatever the clients do.</summary>
    internal TimeSpan LongestShutdown => DrainTimeout + GoodbyeTimeout + ClosingTime;
}

/// <summary>What a router that shuts down tells its clients. Most clients do not reconnect after a GOODBYE of the router; they do after a connection that just closed.</summary>
public enum WampShutdownNotice
{
    /// <summary>The router will be back: connections close with code 1012 (service restart) and no GOODBYE, so that every client reconnects.</summary>
    Restart,

    /// <summary>The router will not be back: every session gets GOODBYE <c>wamp.close.system_shutdown</c>.</summary>
    Goodbye,
}
