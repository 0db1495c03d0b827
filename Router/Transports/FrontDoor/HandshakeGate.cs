using Microsoft.AspNetCore.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of TLS: who begins a TLS handshake is one of those who have not said what they want, and has as much time for it as for the request that follows. Without TLS the front
/// door counts by itself.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="proxy">What the settings say of a proxy before the listener; null: there is none.</param>
/// <param name="next">TLS, then the front door.</param>
internal sealed class HandshakeGate(TransportServices services, ProxyBefore? proxy, ConnectionDelegate next)
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

    private bool TryBegin(ConnectionContext connection)
    {
        var entering = services.Admittance.TryBegin(ProxyBefore.AddressOf(connection.RemoteEndPoint, proxy), out var slot);
        if (slot is null)
        {
            services.Metrics.Refused("tls", Refusals.For(entering).Status, entering);
            return false;
        }

        new Arrival(connection, services, slot).PassOn();
        return true;
    }
}
