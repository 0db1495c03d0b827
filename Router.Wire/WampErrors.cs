namespace WampRouter.Wire;

/// <summary>
/// Every URI the router sends or understands as error, as reason of an ABORT, or as reason of a GOODBYE
/// (<c>rfc/text/basic/uri_reference.md</c>, <c>rfc/text/advanced/uris.md</c>). Write them with <c>MessageWriter.WriteText(string)</c>.
/// </summary>
internal static class WampErrors
{
    // Calls, subscriptions and publications.
    public const string InvalidUri = "wamp.error.invalid_uri";
    public const string NoSuchProcedure = "wamp.error.no_such_procedure";
    public const string ProcedureAlreadyExists = "wamp.error.procedure_already_exists";
    public const string NoSuchRegistration = "wamp.error.no_such_registration";
    public const string NoSuchSubscription = "wamp.error.no_such_subscription";
    public const string InvalidArgument = "wamp.error.invalid_argument";

    /// <summary>The specification's table spells it so; its text about callees that leave writes <c>cancelled</c>.</summary>
    public const string Canceled = "wamp.error.canceled";
    public const string Timeout = "wamp.error.timeout";
    public const string Unavailable = "wamp.error.unavailable";
    public const string NoAvailableCallee = "wamp.error.no_available_callee";
    public const string NetworkFailure = "wamp.error.network_failure";
    public const string FeatureNotSupported = "wamp.error.feature_not_supported";
    public const string OptionNotAllowed = "wamp.error.option_not_allowed";
    public const string DiscloseMeDisallowed = "wamp.error.option_disallowed.disclose_me";
    public const string PayloadSizeExceeded = "wamp.error.payload_size_exceeded";

    /// <summary>As Crossbar.io says it: no history is kept, which is not the same as one without events.</summary>
    public const string HistoryUnavailable = "wamp.error.history_unavailable";

    /// <summary>Our own: an event was delivered, but is not in the history; <see cref="Unavailable"/> would ask for it a second time.</summary>
    public const string NotStored = "wamp.error.published_not_stored";
    public const string NoSuchSession = "wamp.error.no_such_session";

    // Permissions.
    public const string NotAuthorized = "wamp.error.not_authorized";
    public const string AuthorizationFailed = "wamp.error.authorization_failed";
    public const string AuthorizationDenied = "wamp.error.authorization_denied";
    public const string AuthorizationRequired = "wamp.error.authorization_required";

    // Reasons of ABORT.
    public const string ProtocolViolation = "wamp.error.protocol_violation";
    public const string NoSuchRealm = "wamp.error.no_such_realm";
    public const string NoSuchRole = "wamp.error.no_such_role";
    public const string NoMatchingAuthMethod = "wamp.error.no_matching_auth_method";
    public const string NoSuchPrincipal = "wamp.error.no_such_principal";
    public const string AuthenticationDenied = "wamp.error.authentication_denied";
    public const string AuthenticationFailed = "wamp.error.authentication_failed";
    public const string AuthenticationRequired = "wamp.error.authentication_required";

    // Reasons of GOODBYE.
    public const string SystemShutdown = "wamp.close.system_shutdown";
    public const string CloseRealm = "wamp.close.close_realm";
    public const string GoodbyeAndOut = "wamp.close.goodbye_and_out";
    public const string Killed = "wamp.close.killed";
}
