namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Subscribers that read nothing but go on sending pings, and a publisher that fills what may wait for them.</summary>
internal sealed class DeafSubscribers() : Attack("subscribers that ping and do not read", memoryBound: 192)
{
    private const int Subscribers = 12;
    private const int EventBytes = 30_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A quarter of this machine's memory would take them all.</summary>
    public const string Room = "--WampRouter:Transports:OutboxTotalBytes=67108864";

    public override IReadOnlyList<string> Settings => [Room];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var deaf = FromManyAsync(Subscribers * scale, async _ =>
        {
            using var socket = await HostileSocket.JoinAsync(router, receiveBuffer: 4096);
            await socket.SendAsync("""[32,1,{},"com.hostile.loud"]""");
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, over);
                await socket.SendRawAsync(HostileSocket.PingFrame(), over);
            }
        });
        using var publisher = await HostileSocket.JoinAsync(router);
        var @event = HostileSocket.Frame($$"""[16,1,{},"com.hostile.loud",["{{new string('x', EventBytes)}}"]]""");
        while (!over.IsCancellationRequested && await publisher.FloodAsync(@event, times: 10, over))
        {
            await EndQuietlyAsync(() => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, over));
        }

        await deaf;
    }
}
