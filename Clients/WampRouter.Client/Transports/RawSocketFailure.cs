using System.Net.Sockets;
using System.Security.Authentication;
using WampRouter.Wire;

namespace WampRouter.Client.Transports;

/// <summary>Says in one sentence why a RawSocket could not be opened: the address, what happened, and what to look at.</summary>
internal static class RawSocketFailure
{
    /// <summary>Reads a reply.</summary>
    /// <param name="uri">Where the router was looked for.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="reply">What has come: fewer than four bytes where the stream has ended.</param>
    /// <param name="error">Why the router does not let the client in; none where it does.</param>
    /// <returns>The longest message that the router accepts.</returns>
    /// <exception cref="WampConnectionException">This is no reply of a RawSocket.</exception>
    public static int ThrowIfRefused(Uri uri, ReadOnlySpan<byte> request, ReadOnlySpan<byte> reply, out RawSocketError error)
    {
        if (reply.Length < RawSocketHandshake.Bytes)
        {
            throw WampConnectionException.NetworkFailure($"{uri}: the server closed the connection without a reply; is RawSocket served at this port, and {TlsHint(uri)}");
        }

        return RawSocketHandshake.TryReadReply(reply, request, out var maxSendBytes, out error)
            ? maxSendBytes
            : throw WampConnectionException.Refused($"{uri}: the server's answer is not RawSocket{(reply.StartsWith("HTTP"u8) ? ", but HTTP: should the address begin with ws:// and end with a path?" : $"; is the port right, and {TlsHint(uri)}")}");
    }

    /// <summary>The router has said why it lets nobody in.</summary>
    public static WampConnectionException Refused(Uri uri, RawSocketError error)
    {
        var message = $"{uri}: " + error switch
        {
            RawSocketError.SerializerUnsupported => "the router speaks none of the serializers offered over RawSocket",
            RawSocketError.MaximumLengthUnacceptable => $"the router needs a client that takes longer messages ({nameof(WampRawSocketTransport)}.{nameof(WampRawSocketTransport.MaxMessageBytes)})",
            RawSocketError.ReservedBits => "the router takes the handshake for one that uses bits it does not know",
            RawSocketError.MaximumConnectionCount => "the router takes no more connections now",
            _ => $"the router refused the handshake with error {(int)error}",
        };
        return error == RawSocketError.MaximumConnectionCount ? WampConnectionException.NetworkFailure(message) : WampConnectionException.Refused(message);
    }

    /// <summary>Describes a failed attempt.</summary>
    public static WampConnectionException Describe(Uri uri, Exception failure)
    {
        if (failure is AuthenticationException)
        {
            return WampConnectionException.Refused($"{uri}: the TLS connection failed: {Innermost(failure).Message.TrimEnd('.')}; {TlsHint(uri)}", failure);
        }

        var message = (failure as SocketException ?? failure.InnerException as SocketException) is { } socket ? Explain(uri, socket) : Innermost(failure).Message.TrimEnd('.');
        return WampConnectionException.NetworkFailure($"{uri}: {message}", failure);
    }

    private static string Explain(Uri uri, SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused; is the router running?",
        SocketError.AddressNotAvailable when uri.Scheme == "unix" => "there is no such socket; is the router running, and the path right?",
        SocketError.AccessDenied when uri.Scheme == "unix" => "this user may not use the socket",
        SocketError.ConnectionReset => $"the server dropped the connection; {TlsHint(uri)}",
        _ => SocketFailure.Explain(uri, socket),
    };

    private static string TlsHint(Uri uri) => uri.Scheme switch
    {
        "tcps" => $"does the router speak TLS there, with a certificate that is valid for '{uri.Host}' and trusted here?",
        "unix" => "is this the socket of a WAMP router?",
        _ => "does the router expect TLS, tcps:// instead of tcp://?",
    };

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
