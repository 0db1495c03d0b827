namespace WampRouter.Client;

/// <summary>What went wrong where no caller could be told.</summary>
public enum WampBackgroundErrorKind
{
    /// <summary>An event handler threw.</summary>
    EventHandlerFailed,

    /// <summary>
    /// A procedure threw something else than a <see cref="WampException"/>, or its result could not be sent; its caller got <see cref="WampErrorUri.RuntimeError"/>, or
    /// <see cref="WampErrorUri.PayloadSizeExceeded"/>.
    /// </summary>
    ProcedureFailed,

    /// <summary>A subscription's buffer is full, so events are dropped. Reported when it begins, not for every event.</summary>
    EventsDropped,

    /// <summary>After a reconnect a subscription or a registration was refused.</summary>
    RestoreFailed,

    /// <summary>An attempt to reconnect failed; the next one follows.</summary>
    ReconnectFailed,

    /// <summary>The router took a subscription or a registration back; it is not restored.</summary>
    Revoked,

    /// <summary>An event holds something that cannot be read, such as half of a surrogate pair or 100 lists in each other; it was dropped.</summary>
    EventUnreadable,

    /// <summary>
    /// Calls of a procedure wait because as many run as <see cref="WampRegisterOptions.Concurrency"/> lets, and for a while none of those has ended: as when it calls itself
    /// deeper than that. Reported once until one ends.
    /// </summary>
    CallsStalled,

    /// <summary>
    /// The router refused an event that was published without waiting for it. The specification wants routers to be silent then, and WampRouter is; some are not. Which topic it
    /// was is not known any more.
    /// </summary>
    PublishRefused,

    /// <summary>The connection was lost before events left that had been published without waiting for the router, and the session has ended. The exception says how many.</summary>
    PublicationsLost,

    /// <summary>Reports like this one came faster than the handlers of <see cref="WampClient.BackgroundError"/> took them, and some are lost. The exception says how many.</summary>
    ReportsLost,
}

/// <summary>An error in the background of a <see cref="WampClient"/>: log it.</summary>
/// <param name="kind">What went wrong.</param>
/// <param name="uri">The topic or procedure concerned; the realm where there is none; of lost reports that of the last.</param>
/// <param name="exception">The error itself.</param>
public sealed class WampBackgroundErrorEventArgs(WampBackgroundErrorKind kind, string uri, Exception exception) : EventArgs
{
    /// <summary>What went wrong.</summary>
    public WampBackgroundErrorKind Kind { get; } = kind;

    /// <summary>The topic or procedure concerned; the realm where there is none; of lost reports that of the last.</summary>
    public string Uri { get; } = uri;

    /// <summary>The error itself.</summary>
    public Exception Exception { get; } = exception;

    /// <summary>The error in one line, without its trace.</summary>
    /// <returns>Such as <c>EventHandlerFailed at com.example.temperature: …</c>.</returns>
    public override string ToString() => $"{Kind} at {Uri}: {Exception.Message}";
}
