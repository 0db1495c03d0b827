using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Transports.Admission;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of the HTTP pipeline, which looks at the first bytes: a WebSocket request for the WAMP path and the handshake of a RawSocket are answered right here and run on the
/// connection's own pipe, with no HTTP request alive underneath; everybody else passes untouched. It costs half the memory of a
/// WebSocket that came through the pipeline, and less CPU to open.
/// </summary>
/// <param name="ways">What it leads to.</param>
/// <param name="next">The HTTP pipeline.</param>
internal sealed class FrontDoor(WaysIn ways, ConnectionDelegate next)
{
    private readonly Greeting _greeting = new(ways);

    private TransportServices Services => ways.WebSockets.Services;

    /// <summary>Serves one connection.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (ways.Proxy is not null)
        {
            connection.Features.Set(ways.Proxy); // for the pipeline, where HTTP/2 goes
        }

        connection.Features.Set(ways.WebSockets); // likewise
        connection.Features.Set(Services);        // the limits of this listener, for those who come by HTTP

        // What the greeting needed (the request, the deadline) must not stay in memory for as long as the connection lives.
        var (verdict, guest) = await _greeting.GreetAsync(connection);
        if (verdict == Verdict.PassOn)
        {
            await PassOnAsync(connection);
        }
        else if (guest is not null && !await RunAsync(connection.Transport, guest))
        {
            connection.Abort();
        }
        else
        {
            Linger(connection);
            await TlsEnd.NotifyAsync(connection.Features);
        }
    }

    private Task<bool> RunAsync(IDuplexPipe pipe, Guest guest) => guest is RawSocketGuest raw ? ways.RawSockets!.RunAsync(pipe, raw) : ways.WebSockets.RunAsync(pipe, guest);

    /// <summary>Lets the HTTP pipeline serve a connection, where there is a place for it: it takes as much of the system as any other.</summary>
    private async Task PassOnAsync(ConnectionContext connection)
    {
        connection.Features.Set<IConnectionEndPointFeature>(new EndPoints { LocalEndPoint = connection.LocalEndPoint, RemoteEndPoint = connection.RemoteEndPoint });
        var address = ProxyBefore.AddressOf(connection.RemoteEndPoint, ways.Proxy);
        var arrival = connection.Features.GetRequiredFeature<Arrival>();
        try
        {
            if (Services.Admittance.TryEnter(address, isJoin: false) is { IsGranted: false } entering)
            {
                await _greeting.RefuseAsync(connection, entering);
                return;
            }

            Services.Roster.Note(connection);
            try
            {
                await next(connection);
            }
            finally
            {
                Services.Roster.Forget(connection);
                Services.Admittance.Leave(address);
            }
        }
        finally
        {
            arrival.End();
        }
    }

    private void Linger(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionLifetimeFeature>() is { } lifetime)
        {
            Services.Roster.Watch(new LingerDeadline(lifetime, Services));
        }
    }

    /// <summary>Where the connection of a request comes from, for the pipeline, which knows IP addresses alone.</summary>
    private sealed class EndPoints : IConnectionEndPointFeature
    {
        public EndPoint? LocalEndPoint { get; set; }

        public EndPoint? RemoteEndPoint { get; set; }
    }
}
