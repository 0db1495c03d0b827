using WampRouter.Wire;

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
        : this(errorUri, message, innerException, IsRefusing(errorUri))
    {
    }

    private WampConnectionException(string errorUri, string message, Exception? innerException, bool isRefusal)
        : base(errorUri, innerException, message) => IsRefusal = isRefusal;

    /// <summary>
    /// Whether the next attempt would fail like this one, until somebody changes the router or the client: there is no such realm, role or user, the login is refused, no
    /// authentication method suits both, a peer breaks the protocol, or what is at the address is no WAMP router (TLS that cannot be trusted, an HTTP status that refuses). A router that
    /// cannot be reached, takes no more clients or could not check a login (<see cref="WampErrorUri.AuthenticationFailed"/>) is no refusal. What it leads to:
    /// <see cref="WampReconnectPolicy.WhenRefused"/>.
    /// </summary>
    public bool IsRefusal { get; }

    internal static WampConnectionException NetworkFailure(string message, Exception? cause = null) =>
        new(WampErrorUri.NetworkFailure, message, cause);

    /// <summary>What is at the address lets no client of this kind in.</summary>
    internal static WampConnectionException Refused(string message, Exception? cause = null) =>
        new(WampErrorUri.NetworkFailure, message, cause, isRefusal: true);

    internal static WampConnectionException Violation(string what) =>
        new(WampErrorUri.ProtocolViolation, $"The router broke the protocol: {what}.");

    /// <summary>A new exception for each waiter: one instance thrown from several places garbles its stack trace.</summary>
    internal WampConnectionException Again() => new(ErrorUri, Message, this, IsRefusal);

    /// <summary>Those that ABORTs have, of this router and of others.</summary>
    private static bool IsRefusing(string errorUri) => errorUri is WampErrors.NoSuchRealm or WampErrors.NoSuchRole or WampErrors.NoSuchPrincipal
        or WampErrors.NotAuthorized or WampErrors.AuthorizationDenied or WampErrors.AuthorizationRequired
        or WampErrors.AuthenticationDenied or WampErrors.AuthenticationRequired or WampErrors.NoMatchingAuthMethod or "wamp.error.no_auth_method"
        or WampErrors.InvalidUri or WampErrors.ProtocolViolation;
}
