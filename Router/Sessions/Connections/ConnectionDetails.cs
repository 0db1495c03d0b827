using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Connections;

/// <summary>How a peer reached the router: what the session's <c>transport</c> details, logs and loopback rules need.</summary>
internal sealed record ConnectionDetails
{
    /// <summary>The transport's name, such as <c>websocket</c> or <c>memory</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Serializer and framing, settled by the handshake.</summary>
    public required WireEncoding Encoding { get; init; }

    /// <summary>The longest message that the transport carries to the peer, in bytes, as the handshake settled it; by default only the framing bounds it.</summary>
    public int MaxSendBytes { get; init; } = int.MaxValue;

    /// <summary>A short unique id for logs.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Where the peer is; null in this process, and where the transport does not know.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Whether the peer is in the router's own process.</summary>
    public bool IsInProcess { get; init; }

    /// <summary>The client's address, as the proxy in front of this listener reports it; null where there is no proxy, or it does not say.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>The block that limits by address count this connection for: the client behind the proxy, where it is known; null in memory and on a Unix domain socket.</summary>
    public AddressBlock? Address => ClientIp is { } address ? AddressBlock.Of(address) : null;

    /// <summary>The client's address, or that of the proxy in front of it; null in memory and on a Unix domain socket.</summary>
    public IPAddress? ClientIp => ClientAddress ?? (RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>Whether <see cref="Address"/> is the client's own. False where a proxy does not say who its clients are: a limit by address would count them all as one.</summary>
    public bool IsAddressKnown => ClientAddress is not null || !IsForwarded;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether the peer came through a proxy, so that it is not local whatever its address; <see cref="RemoteEndPoint"/> is then the proxy's, unless the PROXY protocol has put the peer's in its place.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>The name by which the peer addresses the router (the <c>Host</c> header); null in memory.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the peer is a web page that did not come from this machine.</summary>
    public bool IsPageElsewhere { get; init; }

    /// <summary>The user of the connection's HTTP request, as the host authenticated it; null where it authenticated nobody.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>The identity that every session on this connection gets without proof, because the application itself opened it. Null: clients log in as usual.</summary>
    public GrantedLogin? Granted { get; init; }

    /// <summary>The browser's Origin header, if any.</summary>
    public string? Origin { get; init; }

    /// <summary>The Cookie header of the upgrade request, for <see cref="CookieHeader"/>; null where there is none, or no session looks at it (<see cref="IReceiverFactory.ReadsCookies"/>). Never logged.</summary>
    public string? Cookies { get; init; }

    /// <summary>The certificate that the peer has shown for TLS; null where it has shown none. The connection's: nobody here disposes of it.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// The peer's address for logs. A client's address is written plainly, without a port, so that programs which ban addresses can read it. An address that is only the proxy's
    /// is written differently, so that nobody bans the proxy.
    /// </summary>
    public string DescribeAddress() => ClientIp is not { } address ? RemoteEndPoint is null ? Transport : "local socket"
        : ClientAddress is null && IsForwarded ? $"proxy {Plain(address)}"
        : Plain(address).ToString();

    /// <summary>Where the peer is, and what shows that it is not on this machine; for the log.</summary>
    public string DescribeOrigin() => IsForwarded ? ClientAddress is null ? $"behind the proxy {RemoteEndPoint}" : $"{Plain(ClientAddress)}, at a listener behind a proxy"
        : IsPageElsewhere ? $"a page of {Origin} through {RemoteEndPoint}"
        : Host is not null && !LoopbackHost.Is(Host) ? $"{RemoteEndPoint}, who calls the router {Host}"
        : $"{RemoteEndPoint}";

    /// <summary>What other sessions may be told.</summary>
    public MemberTransport Describe() => new(Transport, Encoding.Format, IsSecure, RemoteEndPoint, ClientAddress is { } client && !client.Equals((RemoteEndPoint as IPEndPoint)?.Address) ? Plain(client) : null);

    /// <summary>
    /// True where the peer is known to be on this machine: in this process, on loopback, at a Unix domain socket. A peer of whom the transport does not know where it is is not local. Clients of a proxy on this machine are not local: the headers that the proxy adds show it, or the
    /// host and the origin of the request. A proxy that adds nothing and hides both (nginx without any <c>proxy_set_header</c> but Upgrade and Connection) cannot be told from a local client.
    /// </summary>
    public bool IsLocal => !IsForwarded && !IsPageElsewhere && (Host is null || LoopbackHost.Is(Host)) && RemoteEndPoint switch
    {
        null => IsInProcess,
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        UnixDomainSocketEndPoint => true,
        _ => false,
    };

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
