using System.Net;
using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// Which web pages may connect. Browsers let any page open a WebSocket to anywhere and send the user's cookies and network position along, so the
/// server must ask (RFC 6455 section 10.2).
/// </summary>
internal sealed class OriginPolicy
{
    private readonly bool _allowsAll;
    private readonly bool _allowsOpaque;
    private readonly bool _allowsLoopback;
    private readonly WebOrigin[] _allowed;

    /// <param name="allowed">Origins allowed besides the router's own, patterns of them, or <c>*</c>.</param>
    /// <param name="allowsLoopback">Whether a listener on a loopback address takes pages of every loopback address and port, or only those of its own port.</param>
    public OriginPolicy(IReadOnlyCollection<string> allowed, bool allowsLoopback)
    {
        _allowsAll = allowed.Contains("*");
        _allowsOpaque = allowed.Contains("null");
        _allowsLoopback = allowsLoopback;
        _allowed = [.. allowed.Select(entry => WebOrigin.TryParse(entry, out var origin) ? origin : null).OfType<WebOrigin>()];
    }

    /// <summary>
    /// Without an Origin the client is no browser. Where the application has a rule of its own, that one decides. A listed origin passes; so does the page's own host, with one exception: on a loopback address only
    /// loopback names are "own", or a page whose name its owner points at 127.0.0.1 would pass (DNS rebinding). A proxy on the same machine is told
    /// apart by what no page can send.
    /// </summary>
    public bool Allows(VisitorRequest request)
    {
        var origin = request.Origin;
        if (request.IsOriginAllowed is { } isAllowed && !string.IsNullOrEmpty(origin))
        {
            return isAllowed;
        }

        if (string.IsNullOrEmpty(origin) || _allowsAll || (_allowsOpaque && origin == "null"))
        {
            return true;
        }

        if (!WebOrigin.TryParse(origin, out var page))
        {
            return false;
        }

        foreach (var allowed in _allowed)
        {
            if (allowed.Matches(page))
            {
                return true;
            }
        }

        return IsOwn(page, request);
    }

    /// <summary>What is said to a page that may not connect, and what to change if it should.</summary>
    public static HandshakeRefusal Refuse(VisitorRequest request) => new(
        403,
        request.IsOriginAllowed is not null ? $"Pages of {request.Origin} may not connect here: the CORS policy of this address does not allow them."
            : $"Pages of {request.Origin} may not connect here. If they should, add \"{(WebOrigin.TryParse(request.Origin, out var page) ? page.ToString() : "null")}\" to the list WampRouter:Transports:AllowedOrigins.");

    private bool IsOwn(WebOrigin page, VisitorRequest request)
    {
        if (IsThroughProxy(page, request))
        {
            return IsSameHost(page, request.Host, isPortKnown: false) || IsSameHost(page, request.ForwardedHost, isPortKnown: false);
        }

        if (request.LocalEndPoint is not IPEndPoint local || !IPAddress.IsLoopback(local.Address))
        {
            return IsSameHost(page, request.Host, isPortKnown: true);
        }

        return page.IsLoopback && (_allowsLoopback || page.Port == local.Port);
    }

    /// <summary>
    /// A proxy that ends TLS shows even where it adds no header: a browser lets no page of <c>https</c> open a bare <c>ws:</c> connection, other than to a loopback name.
    /// </summary>
    private static bool IsThroughProxy(WebOrigin page, VisitorRequest request) =>
        request.IsForwarded || (page.Scheme == "https" && !request.IsSecure && !LoopbackHost.Is(request.Host));

    /// <param name="page">The page.</param>
    /// <param name="host">What the client called the router.</param>
    /// <param name="isPortKnown">Whether a host without a port has its scheme's; many proxies leave the port out.</param>
    private static bool IsSameHost(WebOrigin page, string? host, bool isPortKnown) =>
        WebOrigin.TryParse($"{page.Scheme}://{host}", out var own)
        && own.Host == page.Host
        && (own.Port == page.Port || (!isPortKnown && LoopbackHost.WithoutPort(host).Length == host!.Length));
}
