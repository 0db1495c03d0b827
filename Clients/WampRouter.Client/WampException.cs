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
    /// <exception cref="ArgumentException">The URI is none.</exception>
    public WampException(string errorUri, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Uris.ThrowIfInvalid(errorUri);
        ErrorUri = errorUri;
        Payload = [message];
    }

    /// <summary>An error to answer a caller with, with arguments of its own.</summary>
    /// <param name="errorUri">The URI the caller can act on.</param>
    /// <param name="message">What went wrong, in words; stays in this process.</param>
    /// <param name="payload">The arguments of the ERROR.</param>
    /// <exception cref="ArgumentException">The URI is none.</exception>
    public WampException(string errorUri, string message, WampPayload payload)
        : base(message)
    {
        Uris.ThrowIfInvalid(errorUri);
        ArgumentNullException.ThrowIfNull(payload);
        ErrorUri = errorUri;
        Payload = payload;
    }

    /// <summary>For a reason that came from a router, whatever it looks like.</summary>
    private protected WampException(string errorUri, Exception? innerException, string message)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(errorUri);
        ErrorUri = errorUri;
        Payload = [message];
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
