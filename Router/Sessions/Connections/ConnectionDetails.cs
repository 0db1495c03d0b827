using System.Net;
using System.Security.Claims;
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

    /// <summary>A short unique id for logs.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Where the peer is; null in memory.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Where the client is as the proxy before this listener tells; null where there is none, or it does not say.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>Whom limits by address count it for: the client behind the proxy, where that is known; null in memory and on a Unix domain socket.</summary>
    public AddressBlock? Address => ClientIp is { } address ? AddressBlock.Of(address) : null;

    /// <summary>The client's address, or that of the proxy before it; null in memory and on a Unix domain socket.</summary>
    public IPAddress? ClientIp => ClientAddress ?? (RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>Whether <see cref="Address"/> is the client's own: not where a proxy does not say who its clients are, so that one would pay for all.</summary>
    public bool IsAddressKnown => ClientAddress is not null || !IsForwarded;

    /// <summary>How long a session that came through this listener may be without a message; null where the listener has no limit of its own.</summary>
    public IdleLimit? IdleLimit { get; init; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether a proxy passed the peer on without saying reliably who it is; <see cref="RemoteEndPoint"/> is then the proxy's.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>What the peer calls the router; null in memory.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the peer is a web page that did not come from this machine.</summary>
    public bool IsPageElsewhere { get; init; }

    /// <summary>Who the host says the connection's HTTP request is from; null: nobody that it has authenticated.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>As whom every login comes in that is made here, without proof: the application itself. Null: each says who it is.</summary>
    public GrantedLogin? Granted { get; init; }

    /// <summary>The browser's Origin header, if any.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// The peer's address for logs, in a form that programs which ban addresses can take: the plain address, without a port. What is only the proxy's own address is not
    /// in that form, so that nobody bans the proxy.
    /// </summary>
    public string DescribeAddress() => ClientIp is not { } address ? RemoteEndPoint is null ? Transport : "local socket"
        : ClientAddress is null && IsForwarded ? $"proxy {Plain(address)}"
        : Plain(address).ToString();

    /// <summary>Where the peer is, and what speaks against its being on this machine; for the log.</summary>
    public string DescribeOrigin() => IsForwarded ? $"behind the proxy {RemoteEndPoint}"
        : IsPageElsewhere ? $"a page of {Origin} through {RemoteEndPoint}"
        : Host is not null && !LoopbackHost.Is(Host) ? $"{RemoteEndPoint}, who calls the router {Host}"
        : $"{RemoteEndPoint}";

    /// <summary>What other sessions may be told.</summary>
    public MemberTransport Describe() => new(Transport, Encoding.Format, IsSecure, RemoteEndPoint);

    /// <summary>
    /// True where the peer is on this machine: loopback, or in memory. A proxy on this machine does not make its clients local: it shows by what it adds, or by
    /// the name and the page they ask for. One that adds nothing and hides both (nginx without any <c>proxy_set_header</c> but Upgrade and Connection) cannot be told from a local client.
    /// </summary>
    public bool IsLocal => !IsForwarded && !IsPageElsewhere && (Host is null || LoopbackHost.Is(Host)) && RemoteEndPoint switch
    {
        null => true,
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        _ => true, // a Unix domain socket
    };

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
