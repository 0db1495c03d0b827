using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>An answer that says no: problem details (RFC 9457) with the WAMP error as a member of their own. Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, for whoever reads it.</param>
internal sealed record Problem(int Status, string Detail)
{
    /// <summary>The URI of the WAMP error; null where it did not come to that.</summary>
    public string? Error { get; init; }

    /// <summary>Arguments of the ERROR, in JSON; empty: none.</summary>
    public byte[] Args { get; init; } = [];

    /// <summary>ArgumentsKw of the ERROR, in JSON; empty: none.</summary>
    public byte[] Kwargs { get; init; } = [];

    /// <summary>A header that the status asks for.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>There is nothing at a path.</summary>
    public static Problem NotFound { get; } = new(StatusCodes.Status404NotFound, "There is nothing here: below REALM there are publish, call, events, poll and hooks, and beside the realms there is openapi.json.");

    /// <summary>What an entrance says.</summary>
    public static Problem Of(HandshakeRefusal refusal) => new(refusal.Status, refusal.Text) { Header = refusal.HeaderName is { } name ? (name, refusal.HeaderValue!) : null };

    /// <summary>The message by which a session was refused, in the words of HTTP where WAMP's say nothing to whoever sends requests.</summary>
    public static Problem OfRefused(Reply reply, HttpCredentials credentials)
    {
        var problem = Of(reply);
        return reply.Uri is not WampErrors.NoMatchingAuthMethod and not WampErrors.AuthenticationRequired ? problem : problem with
        {
            Detail = credentials.Method is { } method
                ? $"Nobody joins this realm by the Authorization header of this request (method '{method}'). {reply.Message}"
                : $"This realm wants to know who you are: send the header Authorization, as Basic with an authid and its ticket or as Bearer with a token. {reply.Message}",
        };
    }

    /// <summary>An ERROR, or the message by which a session was refused or ended.</summary>
    public static Problem Of(Reply reply)
    {
        var status = ErrorStatus.Of(reply.Uri, isOfSession: reply.Code is not MessageCode.Error);
        return new(status, reply.Message ?? ErrorStatus.Explain(reply))
        {
            Error = reply.Uri,
            Args = reply.Args,
            Kwargs = reply.Kwargs,
            Header = status switch
            {
                StatusCodes.Status401Unauthorized => ("WWW-Authenticate", HttpCredentials.Challenge),
                StatusCodes.Status503ServiceUnavailable => ("Retry-After", "1"),
                _ => null,
            },
        };
    }
}
