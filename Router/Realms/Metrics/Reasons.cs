using System.Collections.Frozen;
using WampRouter.Wire;

namespace WampRouter.Realms.Metrics;

/// <summary>The words by which measures tell why something was refused: the last part of the error's URI. Only URIs that the router knows have one, so there are never more.</summary>
internal static class Reasons
{
    private const string Other = "other";

    private static readonly FrozenDictionary<string, string> Words = new[]
    {
        WampErrors.InvalidUri, WampErrors.NoSuchProcedure, WampErrors.ProcedureAlreadyExists, WampErrors.NoSuchRegistration, WampErrors.NoSuchSubscription, WampErrors.InvalidArgument,
        WampErrors.Canceled, WampErrors.Timeout, WampErrors.Unavailable, WampErrors.NoAvailableCallee, WampErrors.NetworkFailure, WampErrors.FeatureNotSupported, WampErrors.OptionNotAllowed,
        WampErrors.DiscloseMeDisallowed, WampErrors.PayloadSizeExceeded, WampErrors.HistoryUnavailable, WampErrors.NotStored, WampErrors.NoSuchSession,
        WampErrors.NotAuthorized, WampErrors.AuthorizationFailed, WampErrors.AuthorizationDenied, WampErrors.AuthorizationRequired,
        WampErrors.ProtocolViolation, WampErrors.NoSuchRealm, WampErrors.NoSuchRole, WampErrors.NoMatchingAuthMethod, WampErrors.NoSuchPrincipal,
        WampErrors.AuthenticationDenied, WampErrors.AuthenticationFailed, WampErrors.AuthenticationRequired,
        WampErrors.SystemShutdown, WampErrors.CloseRealm, WampErrors.Killed,
    }.ToFrozenDictionary(static uri => uri, static uri => uri[(uri.LastIndexOf('.') + 1)..], StringComparer.Ordinal);

    /// <summary>The word for an error's URI; <c>other</c> for one that is not the router's.</summary>
    public static string WordOf(string uri) => Words.GetValueOrDefault(uri, Other);
}
