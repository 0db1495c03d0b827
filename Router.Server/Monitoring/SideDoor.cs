using Microsoft.AspNetCore.Connections;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Server.Monitoring;

/// <summary>
/// Connection middleware of a listener that does not serve WAMP. It has places of its own, so that whoever watches the router takes none from its clients, can still look when the router is full or going down,
/// and keeps no shutdown waiting. How long a request may take is bounded by the HTTP server.
/// </summary>
/// <param name="services">What all connections of the listener share; the places are the listener's own.</param>
/// <param name="isBehindProxy">Whether the addresses are a proxy's.</param>
/// <param name="next">The HTTP pipeline.</param>
internal sealed class SideDoor(TransportServices services, bool isBehindProxy, ConnectionDelegate next)
{
    /// <summary>Connections at once, where the listener's settings do not say.</summary>
    public const int DefaultConnections = 100;

    private readonly ListenerBounds _bounds = services.Listener ?? throw new InvalidOperationException("A listener has limits of its own.");

    /// <summary>Serves one connection; one for whom there is no place is dropped, and counted.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        var address = HandshakeGate.AddressOf(connection, isBehindProxy);
        connection.Features.Get<HandshakeSlot>()?.Dispose();      // of the TLS handshake, which is over
        var room = _bounds.Places.TryTake(address, isJoin: false);
        if (room != Room.Granted)
        {
            var entering = new Entering(room, _bounds);
            services.Metrics.Refused("http", Refusals.For(entering).Status, entering);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            _bounds.Places.GiveBack(address);
        }
    }
}
