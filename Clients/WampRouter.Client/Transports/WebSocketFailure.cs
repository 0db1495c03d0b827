using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace WampRouter.Client.Transports;

/// <summary>Says in one sentence why a WebSocket could not be opened: the address, what happened, and what to look at.</summary>
internal static class WebSocketFailure
{
    /// <summary>Describes a failed attempt.</summary>
    /// <param name="uri">Where the router was looked for.</param>
    /// <param name="failure">What the socket threw.</param>
    /// <param name="status">The HTTP status of the answer, if there was one.</param>
    public static WampConnectionException Describe(Uri uri, Exception failure, HttpStatusCode status)
    {
        var message = $"{uri}: {Explain(uri, failure, status)}";
        return IsRefusal(failure, status) ? WampConnectionException.Refused(message, failure) : WampConnectionException.NetworkFailure(message, failure);
    }

    /// <summary>Whether something answered that is not going to let the client in. A server that fails (5xx), or asks for patience, may be another one tomorrow.</summary>
    private static bool IsRefusal(Exception failure, HttpStatusCode status) =>
        Find<AuthenticationException>(failure) is not null
        || Find<HttpRequestException>(failure) is { HttpRequestError: HttpRequestError.InvalidResponse }
        || (Find<SocketException>(failure) is null && status is >= HttpStatusCode.OK and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests));

    private static string Explain(Uri uri, Exception failure, HttpStatusCode status) =>
        Find<AuthenticationException>(failure) is { } untrusted ? $"the TLS connection failed: {Innermost(untrusted).Message.TrimEnd('.')}; {TlsHint(uri)}"
        : Find<SocketException>(failure) is { } socket ? Explain(uri, socket)
        : status is not (0 or HttpStatusCode.SwitchingProtocols) ? Explain(uri, status)
        : Find<HttpRequestException>(failure) is { } request ? Explain(uri, request)
        : Innermost(failure).Message.TrimEnd('.');

    private static string Explain(Uri uri, SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionReset => $"the server dropped the connection; {TlsHint(uri)}",
        _ => SocketFailure.Explain(uri, socket),
    };

    private static string Explain(Uri uri, HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.OK => $"the server has no WebSocket at '{uri.AbsolutePath}' (HTTP {(int)status}); is the path right?",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"the server does not let this client in (HTTP {(int)status}); does it ask for an origin or for credentials?",
        HttpStatusCode.BadRequest => "the server refused the WebSocket (HTTP 400); does it speak one of the WAMP subprotocols offered, and is the path right?",
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => $"the server takes no more connections now (HTTP {(int)status})",
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"the server redirects (HTTP {(int)status}), which a WebSocket does not follow; is the address right?",
        _ => $"the server did not open a WebSocket (HTTP {(int)status})",
    };

    private static string Explain(Uri uri, HttpRequestException request) => request.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => $"the TLS connection failed; {TlsHint(uri)}",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => $"the server's answer is not HTTP; {TlsHint(uri)}",
        HttpRequestError.VersionNegotiationError => "the server does not speak the HTTP version asked for",
        _ => Innermost(request).Message.TrimEnd('.'),
    };

    private static string TlsHint(Uri uri) => uri.Scheme == "wss"
        ? $"does the router speak TLS at this port, with a certificate that is valid for '{uri.Host}' and trusted here, or should the address begin with ws://?"
        : "does the router expect TLS, wss:// instead of ws://?";

    private static T? Find<T>(Exception? failure)
        where T : Exception
    {
        while (failure is not (null or T))
        {
            failure = failure.InnerException;
        }

        return (T?)failure;
    }

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
