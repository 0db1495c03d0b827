using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Which HTTP status says what a WAMP error does.</summary>
internal static class ErrorStatus
{
    /// <summary>The status. Errors of applications are 422: the request was understood and came to the callee, who said no; whether it is anybody's fault only its error says.</summary>
    /// <param name="error">The URI of an ERROR, or the reason of ABORT or GOODBYE.</param>
    /// <param name="isOfSession">Whether the session was refused or ended, and not one request.</param>
    public static int Of(string error, bool isOfSession) => isOfSession ? OfSession(error) : OfRequest(error);

    private static int OfRequest(string error) => error switch
    {
        WampErrors.InvalidUri or WampErrors.InvalidArgument or WampErrors.OptionNotAllowed or WampErrors.ProtocolViolation => StatusCodes.Status400BadRequest,
        WampErrors.NotAuthorized or WampErrors.AuthorizationDenied or WampErrors.AuthorizationRequired or WampErrors.DiscloseMeDisallowed => StatusCodes.Status403Forbidden,
        WampErrors.NoSuchProcedure or WampErrors.NoSuchRegistration or WampErrors.NoSuchSubscription or WampErrors.NoSuchSession => StatusCodes.Status404NotFound,
        WampErrors.ProcedureAlreadyExists or WampErrors.Canceled => StatusCodes.Status409Conflict,
        WampErrors.PayloadSizeExceeded => StatusCodes.Status413PayloadTooLarge,
        WampErrors.FeatureNotSupported => StatusCodes.Status501NotImplemented,
        WampErrors.NetworkFailure => StatusCodes.Status502BadGateway,
        WampErrors.Unavailable or WampErrors.NoAvailableCallee or WampErrors.AuthorizationFailed or WampErrors.HistoryUnavailable => StatusCodes.Status503ServiceUnavailable,
        WampErrors.Timeout => StatusCodes.Status504GatewayTimeout,
        _ when error.StartsWith("wamp.", StringComparison.Ordinal) => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static int OfSession(string reason) => reason switch
    {
        WampErrors.AuthenticationDenied or WampErrors.AuthenticationFailed or WampErrors.AuthenticationRequired or WampErrors.NoMatchingAuthMethod or WampErrors.NoSuchPrincipal => StatusCodes.Status401Unauthorized,
        WampErrors.NotAuthorized or WampErrors.AuthorizationDenied or WampErrors.NoSuchRole => StatusCodes.Status403Forbidden,
        WampErrors.NoSuchRealm => StatusCodes.Status404NotFound,
        WampErrors.InvalidUri or WampErrors.InvalidArgument or WampErrors.ProtocolViolation => StatusCodes.Status400BadRequest,
        WampErrors.PayloadSizeExceeded => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status503ServiceUnavailable,       // it was ended, or cannot begin now
    };

    /// <summary>A sentence for an error that comes without one.</summary>
    public static string Explain(Reply reply) => reply.Code switch
    {
        MessageCode.Error => $"The request was answered with the error {reply.Uri}.",
        MessageCode.Abort => $"The session was refused: {reply.Uri}.",
        _ => $"The session was ended: {reply.Uri}.",
    };
}
