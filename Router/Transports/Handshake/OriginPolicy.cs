using System.Net;

namespace WampRouter.Transports.Handshake;

/// <summary>
/// Which web pages may connect. Browsers let any page open a WebSocket to anywhere and send the user's cookies and network position along, so the
/// server must ask (RFC 6455 section 10.2).
/// </summary>
/// <param name="allowed">Origins allowed besides the router's own, or <c>*</c>.</param>
internal sealed class OriginPolicy(IReadOnlyCollection<string> allowed)
{
    private readonly bool _allowsAll = allowed.Contains("*");
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Without an Origin the client is no browser. A listed origin passes; so does the page's own host, with one exception: on a loopback address only
    /// loopback names are "own", or a page whose name its owner points at 127.0.0.1 would pass (DNS rebinding). A proxy on the same machine is told
    /// apart by its forwarding headers, which no page can send.
    /// </summary>
    public bool Allows(UpgradeRequest request)
    {
        var origin = request.Origin;
        if (string.IsNullOrEmpty(origin) || _allowsAll || _allowed.Contains(origin))
        {
            return true;
        }

        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Host.Length == 0)
        {
            return false;
        }

        var isLoopbackListener = request.LocalEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);
        return isLoopbackListener && !request.IsForwarded ? page.IsLoopback : IsSameHost(page, request.Host);
    }

    private static bool IsSameHost(Uri page, string? host)
    {
        if (!Uri.TryCreate($"{page.Scheme}://{host}", UriKind.Absolute, out var own))
        {
            return false;
        }

        return own.Port == page.Port && string.Equals(own.Host, page.Host, StringComparison.OrdinalIgnoreCase);
    }
}
