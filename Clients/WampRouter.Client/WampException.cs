namespace WampRouter.Client;

/// <summary>
/// Something WAMP reports with an error URI. A client throws it for an ERROR it received; a procedure throws it to answer its
/// caller with that URI and those arguments instead of a general <see cref="WampErrorUri.RuntimeError"/>.
/// </summary>
public class WampException : Exception
{
    /// <summary>An error to answer a caller with. The message travels as the first argument.</summary>
    /// <param name="errorUri">The URI the caller can act on, such as <c>com.example.error.sold_out</c>.</param>
    /// <param name="message">What went wrong, in words.</param>
    /// <param name="innerException">What caused it; stays in this process.</param>
    public WampException(string errorUri, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorUri);
        ErrorUri = errorUri;
        Payload = [message];
    }

    /// <summary>An error to answer a caller with, with arguments of its own.</summary>
    /// <param name="errorUri">The URI the caller can act on.</param>
    /// <param name="message">What went wrong, in words; stays in this process.</param>
    /// <param name="payload">The arguments of the ERROR.</param>
    public WampException(string errorUri, string message, WampPayload payload)
        : base(message)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorUri);
        ArgumentNullException.ThrowIfNull(payload);
        ErrorUri = errorUri;
        Payload = payload;
    }

    internal WampException(string errorUri, string message, WampArguments arguments)
        : base(message)
    {
        ErrorUri = errorUri;
        Arguments = arguments;
        Payload = arguments;
    }

    /// <summary>Which error it is.</summary>
    public string ErrorUri { get; }

    /// <summary>The arguments that came with the ERROR; empty when it did not come from a peer.</summary>
    public WampArguments Arguments { get; } = WampArguments.Empty;

    /// <summary>The arguments to answer a caller with: rethrowing a received error in a procedure passes them on untouched.</summary>
    public WampPayload Payload { get; }
}
