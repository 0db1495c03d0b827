using System.Diagnostics.CodeAnalysis;
using WampRouter.Hosting;
using WampRouter.Transports.Endpoint;
using WampRouter.Transports.Handshake;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves WAMP from any ASP.NET Core application.</summary>
public static class WampRouterEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a router's WebSocket to a path: HTTP/1.1 upgrade and HTTP/2 extended CONNECT alike. No WebSocket middleware is needed, and none
    /// may be in front that accepts the request itself. It is an endpoint like any other: <c>RequireAuthorization</c>, <c>RequireHost</c> and <c>RequireCors</c> hold for it, and one router
    /// may have several paths.
    /// </summary>
    /// <param name="endpoints">Of the application.</param>
    /// <param name="pattern">The route. Two routers, or one twice, at the same route are an <see cref="InvalidOperationException"/> at the start of the application, unless <c>RequireHost</c> tells them apart.</param>
    /// <param name="name">Which router, where the application has several.</param>
    /// <returns>What conventions are added to.</returns>
    /// <exception cref="InvalidOperationException">There is no such router: <c>AddWampRouter</c> was not called.</exception>
    /// <exception cref="WampRouter.WampRouterConfigurationException">The router's configuration has mistakes; the message lists all of them.</exception>
    public static IEndpointConventionBuilder MapWampRouter(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/ws", string name = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(name);
        var router = endpoints.ServiceProvider.GetKeyedService<HostedRouter>(name)
            ?? throw new InvalidOperationException($"{RouterNames.NoneOf(endpoints.ServiceProvider, name)}; call builder.Services.AddWampRouter({(name.Length == 0 ? "" : $"\"{name}\"")}).");
        return endpoints.MapWebSocketEntrance(pattern, router.Entrances.WebSockets);
    }

    /// <summary>As <see cref="MapWampRouter"/>, leading wherever the caller wants.</summary>
    internal static IEndpointConventionBuilder MapWebSocketEntrance(this IEndpointRouteBuilder endpoints, string pattern, WebSocketEntrance entrance) =>
        endpoints.Map(pattern, new WebSocketEndpoint(entrance).HandleAsync).WithDisplayName($"WAMP {pattern}").WithMetadata(WampEndpointMark.Instance);
}
