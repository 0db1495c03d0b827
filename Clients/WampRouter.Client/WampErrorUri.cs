namespace WampRouter.Client;

/// <summary>The error URIs a client meets most, to compare <see cref="WampException.ErrorUri"/> with or to throw from a procedure.</summary>
public static class WampErrorUri
{
    /// <summary>The arguments do not fit the procedure.</summary>
    public const string InvalidArgument = "wamp.error.invalid_argument";

    /// <summary>A URI is malformed, or in the <c>wamp.</c> namespace that belongs to the router.</summary>
    public const string InvalidUri = "wamp.error.invalid_uri";

    /// <summary>Nobody has registered the procedure that was called.</summary>
    public const string NoSuchProcedure = "wamp.error.no_such_procedure";

    /// <summary>The procedure is registered already.</summary>
    public const string ProcedureAlreadyExists = "wamp.error.procedure_already_exists";

    /// <summary>A message is larger than the router, or its receiver, takes.</summary>
    public const string PayloadSizeExceeded = "wamp.error.payload_size_exceeded";

    /// <summary>The session may not do this.</summary>
    public const string NotAuthorized = "wamp.error.not_authorized";

    /// <summary>The call was canceled by its caller, or its callee left.</summary>
    public const string Canceled = "wamp.error.canceled";

    /// <summary>The call was not answered within its timeout.</summary>
    public const string Timeout = "wamp.error.timeout";

    /// <summary>The callee cannot take the call now; the router may try another one.</summary>
    public const string Unavailable = "wamp.error.unavailable";

    /// <summary>The router took the subscription or registration back; the message has its reason.</summary>
    public const string Revoked = "wamp.error.revoked";

    /// <summary>A procedure failed for a reason of its own.</summary>
    public const string RuntimeError = "wamp.error.runtime_error";

    /// <summary>The connection was lost, or could not be made.</summary>
    public const string NetworkFailure = "wamp.error.network_failure";

    /// <summary>A peer broke the protocol.</summary>
    public const string ProtocolViolation = "wamp.error.protocol_violation";

    /// <summary>The router has no such realm.</summary>
    public const string NoSuchRealm = "wamp.error.no_such_realm";

    /// <summary>The credentials were refused: wrong, or of nobody the router knows.</summary>
    public const string AuthenticationDenied = "wamp.error.authentication_denied";

    /// <summary>The credentials could not be checked: what checks them failed, or has too much to do. Some other routers say so of wrong ones too.</summary>
    public const string AuthenticationFailed = "wamp.error.authentication_failed";
}
