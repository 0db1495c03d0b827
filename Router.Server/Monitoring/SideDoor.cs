using Microsoft.AspNetCore.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;

namespace WampRouter.Server.Monitoring;

/// <summary>
/// Connection middleware of a listener that does not serve WAMP. It has places of its own, so that whoever watches the router takes none from its clients, can still look when the router is full or going down,
/// and keeps no shutdown waiting. How long a request and its answer may take is bounded in the HTTP pipeline.
/// </summary>
/// <param name="entrance">What all connections of the listener share; the places are the listener's own.</param>
/// <param name="proxy">What the settings say of a proxy before the listener; null: there is none.</param>
/// <param name="next">The HTTP pipeline.</param>
internal sealed class SideDoor(WebSocketEntrance entrance, ProxyBefore? proxy, ConnectionDelegate next)
{
    /// <summary>Connections at once, where the listener's settings do not say.</summary>
    public const int DefaultConnections = 100;

    /// <summary>Those of one address, likewise: nobody who watches needs as many, and nobody keeps all others out.</summary>
    public const int DefaultConnectionsPerAddress = 50;

    private readonly ListenerBounds _bounds = entrance.Services.Listener ?? throw new InvalidOperationException("A listener has limits of its own.");

    /// <summary>Serves one connection; one for whom there is no place is told so, counted and logged.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        var address = ProxyBefore.AddressOf(connection.RemoteEndPoint, proxy);
        var room = _bounds.Places.TryTake(address, isJoin: false);
        if (room != Room.Granted)
        {
            await PlainAnswer.RefuseAsync(connection, entrance.Refuse(new Entering(room, _bounds), connection.ConnectionId, address));
            return;
        }

        entrance.Services.Roster.Note(connection);
        try
        {
            await next(connection);
        }
        finally
        {
            entrance.Services.Roster.Forget(connection);
            _bounds.Places.GiveBack(address);
        }
    }
}
