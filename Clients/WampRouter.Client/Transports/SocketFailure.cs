using System.Net.Sockets;

namespace WampRouter.Client.Transports;

/// <summary>What the system said when a connection failed, with what to look at.</summary>
internal static class SocketFailure
{
    /// <summary>In words.</summary>
    public static string Explain(Uri uri, SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused; is the router running?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the host '{uri.Host}' is not known",
        SocketError.TimedOut => "no answer; is the host reachable, and the port open in its firewall?",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "the network does not reach this host",
        _ => socket.Message.TrimEnd('.'),
    };
}
