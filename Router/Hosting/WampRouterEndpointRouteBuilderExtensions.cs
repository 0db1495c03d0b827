using System.Diagnostics.CodeAnalysis;
using WampRouter.Hosting;
using WampRouter.Http;
using WampRouter.Transports.Endpoint;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.LongPoll;

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
        return endpoints.MapWebSocketEntrance(pattern, HostedRouter.Of(endpoints.ServiceProvider, name).Entrances.WebSockets);
    }

    /// <summary>
    /// Maps a router's long-poll transport to a path, for clients that can send HTTP requests and open no WebSocket: <c>POST</c> to <c>open</c> below it, and to <c>receive</c>, <c>send</c> and <c>close</c> below the id that it answers with
    /// (<c>rfc/text/advanced/transport_http_longpoll.md</c>). It is an endpoint like any other: <c>RequireAuthorization</c>, <c>RequireHost</c> and <c>RequireCors</c> hold for each of these requests. A transport that a user of the
    /// application has opened serves requests of that user only.
    /// </summary>
    /// <param name="endpoints">Of the application.</param>
    /// <param name="pattern">The path above the four requests; it has no catch-all parameter.</param>
    /// <param name="name">Which router, where the application has several.</param>
    /// <returns>What conventions are added to.</returns>
    /// <exception cref="InvalidOperationException">There is no such router: <c>AddWampRouter</c> was not called.</exception>
    /// <exception cref="WampRouter.WampRouterConfigurationException">The router's configuration has mistakes; the message lists all of them.</exception>
    public static IEndpointConventionBuilder MapWampLongPoll(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/lp", string name = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(name);
        return endpoints.MapLongPollEntrance(pattern, HostedRouter.Of(endpoints.ServiceProvider, name).Entrances.LongPoll);
    }

    /// <summary>
    /// Maps what a router offers to those who have HTTP and do not speak WAMP: <c>POST</c> to <c>REALM/publish</c> and <c>REALM/call</c> below a path, <c>GET</c> from <c>REALM/events</c> (server-sent events) and <c>REALM/poll</c>, <c>POST</c> to <c>REALM/hooks/NAME</c> for webhooks of others, and
    /// <c>openapi.json</c>, which describes them. A request logs in by its <c>Authorization</c> header, as Basic with an authid and its ticket or as Bearer with a token, or as the user of the application; its permissions are those of its
    /// role. It is an endpoint like any other: <c>RequireAuthorization</c>, <c>RequireHost</c> and <c>RequireCors</c> hold for it.
    /// </summary>
    /// <param name="endpoints">Of the application.</param>
    /// <param name="pattern">The path above the realms; it has no catch-all parameter.</param>
    /// <param name="name">Which router, where the application has several.</param>
    /// <returns>What conventions are added to.</returns>
    /// <exception cref="InvalidOperationException">There is no such router: <c>AddWampRouter</c> was not called.</exception>
    /// <exception cref="WampRouter.WampRouterConfigurationException">The router's configuration has mistakes; the message lists all of them.</exception>
    public static IEndpointConventionBuilder MapWampHttp(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/api", string name = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(name);
        return endpoints.Map(HttpEndpoint.RouteBelow(pattern), EndpointOf(HostedRouter.Of(endpoints.ServiceProvider, name)).HandleAsync).WithDisplayName($"WAMP HTTP {pattern}").WithMetadata(WampEndpointMark.Instance);
    }

    /// <summary>What serves plain HTTP of a router.</summary>
    internal static HttpEndpoint EndpointOf(HostedRouter router) => new(router.Http, router.WebhookReceivers);

    /// <summary>As <see cref="MapWampLongPoll"/>, leading wherever the caller wants.</summary>
    internal static IEndpointConventionBuilder MapLongPollEntrance(this IEndpointRouteBuilder endpoints, string pattern, LongPollEntrance entrance) =>
        endpoints.Map(LongPollEndpoint.RouteBelow(pattern), new LongPollEndpoint(entrance).HandleAsync).WithDisplayName($"WAMP long-poll {pattern}").WithMetadata(WampEndpointMark.Instance);

    /// <summary>As <see cref="MapWampRouter"/>, leading wherever the caller wants.</summary>
    internal static IEndpointConventionBuilder MapWebSocketEntrance(this IEndpointRouteBuilder endpoints, string pattern, WebSocketEntrance entrance) =>
        endpoints.Map(pattern, new WebSocketEndpoint(entrance).HandleAsync).WithDisplayName($"WAMP {pattern}").WithMetadata(WampEndpointMark.Instance);
}
