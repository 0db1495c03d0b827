using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>RawSocket pings as long as a frame may be. Each wants a pong as long, and nobody reads them.</summary>
internal sealed class LargestPings() : Attack("RawSocket pings of the largest size", memoryBound: 256)
{
    private const int Connections = 8;
    private const int LargestBytes = 1 << 20;

    public override Way HonestWay => Way.RawSocket;

    public override IReadOnlyList<string> Settings => [UnfinishedMessages.Room, DeafSubscribers.Room];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var ping = HostileRawSocket.PingFrame(LargestBytes);
        return FromManyAsync(Connections, async _ =>
        {
            using var socket = await HostileRawSocket.JoinAsync(router, receiveBuffer: 4096);
            await socket.FloodAsync(ping, long.MaxValue, over);
        });
    }
}
