using System.Net.Sockets;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Sessions that come and go as fast as they can.</summary>
internal sealed class JoinFlood() : Attack("sessions that come and go", memoryBound: 96)
{
    private const int Connections = 8;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async _ =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.JoinAsync(router);
            });
        }
    });
}

/// <summary>More connections than the router may have files open.</summary>
internal sealed class ConnectionFlood() : Attack("more connections than open files", memoryBound: 96)
{
    private const int Connections = 400;

    public override int OpenFiles => 256;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async number =>
    {
        using var socket = await HostileSocket.ConnectAsync(router);
        try
        {
            await socket.AwaitEndAsync(over);
        }
        catch (SocketException)
        {
            // Thrown out, be it by a reset.
        }
    });
}
