using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.Endpoint;

/// <summary>Who sends a request through an HTTP pipeline, by whatever transport he wants to speak WAMP.</summary>
internal static class HttpVisitor
{
    /// <summary>What he says of himself.</summary>
    public static VisitorRequest Read(HttpContext context)
    {
        var headers = context.Request.Headers;
        return new VisitorRequest
        {
            IsForwarded = headers.Keys.Any(name => ForwardingHeaders.Contains(name)),
            Proxy = context.Features.Get<ProxyBefore>(),
            ForwardedHost = headers["X-Forwarded-Host"],
            ForwardedFor = headers["X-Forwarded-For"],
            ForwardedProto = headers["X-Forwarded-Proto"],
            Forwarded = headers["Forwarded"],
            AddressByApplication = FindAddressByApplication(context),
            IsSecure = context.Features.Get<ITlsHandshakeFeature>() is not null,
            Host = context.Request.Host.Value,
            Origin = headers.Origin,
            Cookies = headers.Cookie.Count > 1 ? string.Join("; ", headers.Cookie.ToArray()) : headers.Cookie,
            ClientCertificate = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
            User = context.User.Identity is { IsAuthenticated: true } ? context.User : null,
            LocalEndPoint = context.Connection.LocalIpAddress is { } address ? new IPEndPoint(address, context.Connection.LocalPort) : null,
        };
    }

    /// <summary>Where he is. A Unix domain socket has no address, and only the connection beneath the request tells that it is one.</summary>
    public static EndPoint? RemoteOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : RealOf(context);

    /// <summary>
    /// The client's address where the application has put it in the place of the connection's, as <c>UseForwardedHeaders</c> does for proxies that it knows. Where the server does not say what the connection's is, and the settings know of no proxy, the application may have.
    /// </summary>
    private static IPAddress? FindAddressByApplication(HttpContext context) => RealOf(context) switch
    {
        IPEndPoint real when real.Address.Equals(context.Connection.RemoteIpAddress) => null,
        null when context.Features.Get<ProxyBefore>() is not null => null,
        _ => context.Connection.RemoteIpAddress,
    };

    /// <summary>Where the connection comes from, whatever the application says; null where the server does not tell.</summary>
    private static EndPoint? RealOf(HttpContext context)
    {
        try
        {
            return context.Features.Get<IConnectionEndPointFeature>()?.RemoteEndPoint ?? context.Features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint;
        }
        catch (Exception e) when (e is ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            return null;        // the client has gone
        }
    }
}
