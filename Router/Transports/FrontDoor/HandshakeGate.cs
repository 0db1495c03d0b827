using Microsoft.AspNetCore.Connections;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of TLS: who begins a TLS handshake is one of those who have not said what they want, and has as much time for it as for the request that follows. Without TLS the front
/// door counts by itself.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="isBehindProxy">Whether the addresses are a proxy's.</param>
/// <param name="next">TLS, then the front door.</param>
internal sealed class HandshakeGate(TransportServices services, bool isBehindProxy, ConnectionDelegate next)
{
    /// <summary>Serves one connection; who finds no room is dropped, because nothing can be said before TLS.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (!TryBegin(connection))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            connection.Features.Get<Arrival>()?.End();      // TLS did not come about
        }
    }

    /// <summary>Whom limits by address count a connection for, before it has said anything.</summary>
    public static AddressBlock? AddressOf(ConnectionContext connection, bool isBehindProxy) =>
        !isBehindProxy && connection.RemoteEndPoint is System.Net.IPEndPoint remote ? AddressBlock.Of(remote.Address) : null;

    private bool TryBegin(ConnectionContext connection)
    {
        var entering = services.Admittance.TryBegin(AddressOf(connection, isBehindProxy), out var slot);
        if (slot is null)
        {
            services.Metrics.Refused("tls", Refusals.For(entering).Status, entering);
            return false;
        }

        new Arrival(connection, services, slot).PassOn();
        return true;
    }
}
