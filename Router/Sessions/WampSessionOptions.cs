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

    /// <summary>At shutdown: how long calls under way may take to be answered. Up to 10 minutes; 0 waits for none.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What a shutdown tells the clients.</summary>
    public WampShutdownNotice Shutdown { get; set; } = WampShutdownNotice.Restart;

    /// <summary>Slow ticket checks (PBKDF2) that run at the same time. 1 to 64.</summary>
    public int ConcurrentTicketChecks { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Slow ticket checks that may wait for their turn; one more login is refused. 0 to 100,000.</summary>
    public int QueuedTicketChecks { get; set; } = 1_000;

    /// <summary>Sessions that are kept without a connection (docs/resumption.md); one more ends with its connection. 0 to 10,000,000.</summary>
    public int MaxDetachedSessions { get; set; } = 10_000;

    /// <summary>Frames kept for all sessions that can be resumed, in bytes. 0 to 1 TiB.</summary>
    public long ResumptionTotalBytes { get; set; } = 256L * 1024 * 1024;

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
