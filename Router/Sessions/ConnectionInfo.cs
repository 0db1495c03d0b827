using System.Net;
using WampRouter.Realms;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>How a peer reached the router: what the session's <c>transport</c> details, logs and loopback rules need.</summary>
internal sealed record ConnectionInfo
{
    /// <summary>The transport's name, such as <c>websocket</c> or <c>memory</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Serializer and framing, settled by the handshake.</summary>
    public required WireEncoding Encoding { get; init; }

    /// <summary>A short unique id for logs.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Where the peer is; null in memory.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether a proxy passed the peer on without saying reliably who it is; <see cref="RemoteEndPoint"/> is then the proxy's.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>The browser's Origin header, if any.</summary>
    public string? Origin { get; init; }

    /// <summary>What other sessions may be told.</summary>
    public MemberTransport Describe() => new(Transport, Encoding.Format, IsSecure, RemoteEndPoint);

    /// <summary>True where the peer is on this machine: loopback, or in memory. A proxy on this machine does not make its clients local.</summary>
    public bool IsLocal => !IsForwarded && RemoteEndPoint switch
    {
        null => true,
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        _ => true, // a Unix domain socket
    };
}
