namespace WampRouter.Client;

/// <summary>
/// There is no session: it could not be joined, it was lost, or the router ended it. What was in flight may or may not have
/// happened. <see cref="WampException.ErrorUri"/> is the reason the router gave, or <see cref="WampErrorUri.NetworkFailure"/>.
/// </summary>
public sealed class WampConnectionException : WampException
{
    /// <summary>Reports why there is no session.</summary>
    /// <param name="errorUri">The reason of the router's ABORT or GOODBYE, or <see cref="WampErrorUri.NetworkFailure"/>.</param>
    /// <param name="message">What happened, in words.</param>
    /// <param name="innerException">The failure of the transport, if it was one.</param>
    public WampConnectionException(string errorUri, string message, Exception? innerException = null)
        : base(errorUri, innerException, message)
    {
    }

    internal static WampConnectionException NetworkFailure(string message, Exception? cause = null) =>
        new(WampErrorUri.NetworkFailure, message, cause);

    internal static WampConnectionException Violation(string what) =>
        new(WampErrorUri.ProtocolViolation, $"The router broke the protocol: {what}.");

    /// <summary>A new exception for each waiter: one instance thrown from several places garbles its stack trace.</summary>
    internal WampConnectionException Again() => new(ErrorUri, Message, this);
}
