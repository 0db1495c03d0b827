using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>RawSocket subscribers that read nothing but go on sending pings, and a publisher that fills what may wait for them.</summary>
internal sealed class DeafRawSockets() : Attack("RawSocket subscribers that ping and do not read", memoryBound: 192)
{
    private const int Subscribers = 12;
    private const int EventBytes = 30_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override Way HonestWay => Way.RawSocket;

    public override IReadOnlyList<string> Settings => [DeafSubscribers.Room];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var ping = HostileRawSocket.PingFrame(payloadBytes: 125);
        var deaf = FromManyAsync(Subscribers * scale, async _ =>
        {
            using var socket = await HostileRawSocket.JoinAsync(router, receiveBuffer: 4096);
            await socket.SendAsync(HostileRawSocket.Frame("""[32,1,{},"com.hostile.loud"]"""), over);
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, over);
                await socket.SendAsync(ping, over);
            }
        });
        using var publisher = await HostileRawSocket.JoinAsync(router);
        var @event = HostileRawSocket.Frame($$"""[16,1,{},"com.hostile.loud",["{{new string('x', EventBytes)}}"]]""");
        while (!over.IsCancellationRequested && await publisher.FloodAsync(@event, times: 10, over))
        {
            await EndQuietlyAsync(() => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, over));
        }

        await deaf;
    }
}
