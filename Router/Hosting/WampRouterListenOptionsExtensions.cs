using Microsoft.AspNetCore.Server.Kestrel.Core;
using WampRouter.Hosting;
using WampRouter.Transports.FrontDoor;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Lets clients of a router in at a listener of the application's server that is not for HTTP.</summary>
public static class WampRouterListenOptionsExtensions
{
    /// <summary>
    /// Serves WAMP over RawSocket at this listener, and nothing else: who begins with anything but its handshake is turned away (<c>rfc/text/advanced/transport_rawsocket.md</c>). Call it last; after <c>UseHttps</c> it is RawSocket
    /// over TLS. A Unix domain socket is as good as a port.
    /// </summary>
    /// <param name="listener">Of Kestrel.</param>
    /// <param name="name">Which router, where the application has several.</param>
    /// <returns>The same listener.</returns>
    /// <exception cref="InvalidOperationException">There is no such router: <c>AddWampRouter</c> was not called.</exception>
    /// <exception cref="WampRouter.WampRouterConfigurationException">The router's configuration has mistakes; the message lists all of them.</exception>
    public static ListenOptions UseWampRawSocket(this ListenOptions listener, string name = "")
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(name);
        var entrances = HostedRouter.Of(listener.ApplicationServices, name).Entrances;
        return listener.UseFrontDoor(new WaysIn(entrances.WebSockets, Path: null, entrances.RawSockets) { HasPipeline = false });
    }
}
