namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Pings whose pongs nobody reads.</summary>
internal sealed class PingFlood() : Attack("pings without end", memoryBound: 160)
{
    private const int Connections = 8;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var pings = Enumerable.Repeat(HostileSocket.PingFrame(), 100).SelectMany(ping => ping).ToArray();
        return FromManyAsync(Connections, async _ =>
        {
            using var socket = await HostileSocket.JoinAsync(router, receiveBuffer: 4096);
            await socket.FloodAsync(pings, long.MaxValue, over);
        });
    }
}
