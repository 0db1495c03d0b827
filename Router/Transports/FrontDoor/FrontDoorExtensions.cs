using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.FrontDoor;

/// <summary>Puts the front door on a listener.</summary>
internal static class FrontDoorExtensions
{
    /// <summary>Tells the front door of requests that have come to the HTTP pipeline as a whole: first of all middleware.</summary>
    public static IApplicationBuilder UseArrivals(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Features.Get<Arrival>()?.End();
        return next(context);
    });

    /// <summary>
    /// Serves WAMP over WebSocket on this listener before the HTTP pipeline sees the connection. Under TLS call it after <c>UseHttps</c>.
    /// </summary>
    /// <param name="listener">Of Kestrel.</param>
    /// <param name="entrance">Where it leads.</param>
    /// <param name="path">The WAMP path.</param>
    public static ListenOptions UseFrontDoor(this ListenOptions listener, WebSocketEntrance entrance, string path) => listener.UseFrontDoor(new WaysIn(entrance, path));

    /// <summary>Serves on this listener what has a way in of its own, before the HTTP pipeline sees the connection. Under TLS call it after <c>UseHttps</c>.</summary>
    /// <param name="listener">Of Kestrel.</param>
    /// <param name="ways">Where it leads.</param>
    public static ListenOptions UseFrontDoor(this ListenOptions listener, WaysIn ways)
    {
        ((IConnectionBuilder)listener).Use(next => new FrontDoor(ways, next).OnConnectedAsync);
        return listener;
    }
}
