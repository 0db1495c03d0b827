using System.Diagnostics.CodeAnalysis;
using WampRouter.Transports.Endpoint;
using WampRouter.Transports.Handshake;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves WAMP from any ASP.NET Core application.</summary>
public static class WampRouterEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the router's WebSocket to a path: HTTP/1.1 upgrade and HTTP/2 extended CONNECT alike. No WebSocket middleware is needed, and none
    /// may be in front that accepts the request itself.
    /// </summary>
    /// <param name="endpoints">Of the application.</param>
    /// <param name="pattern">The route.</param>
    public static IEndpointConventionBuilder MapWampRouter(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/ws") =>
        endpoints.MapWebSocketEntrance(pattern, endpoints.ServiceProvider.GetRequiredService<WebSocketEntrance>());

    /// <summary>As <see cref="MapWampRouter"/>, leading wherever the caller wants.</summary>
    internal static IEndpointConventionBuilder MapWebSocketEntrance(this IEndpointRouteBuilder endpoints, string pattern, WebSocketEntrance entrance) =>
        endpoints.Map(pattern, new WebSocketEndpoint(entrance).HandleAsync).WithDisplayName($"WAMP {pattern}");
}
