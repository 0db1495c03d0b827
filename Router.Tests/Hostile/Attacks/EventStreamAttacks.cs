namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Streams of server-sent events that are opened, as fast as can be, and left or cut off.</summary>
internal sealed class AbandonedStreams() : HttpAttack("event streams that are opened and left", memoryBound: 192)
{
    private const int Connections = 8;
    private const int Kept = 40;

    private static readonly byte[] Open = HostileHttp.Request("events?topic=com.hostile.a&topic=com.hostile.b&match=prefix");

    protected override Task AttackAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async _ =>
    {
        var kept = new Queue<HostileHttp>();
        try
        {
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    var http = await HostileHttp.ConnectAsync(router);
                    kept.Enqueue(http);
                    await http.Socket.SendRawAsync(Open, over);
                    if (kept.Count % 2 == 0)
                    {
                        await http.ReceiveAsync(over);
                    }
                });
                if (kept.Count > Kept * scale)
                {
                    kept.Dequeue().Dispose();
                }
            }
        }
        finally
        {
            foreach (var http in kept)
            {
                http.Dispose();
            }
        }
    });
}

/// <summary>Streams of server-sent events that nobody reads, and a publisher that fills what may wait for them.</summary>
internal sealed class DeafStreams() : HttpAttack("event streams that nobody reads", memoryBound: 192)
{
    private const int Subscribers = 12;
    private const int EventBytes = 30_000;

    public override IReadOnlyList<string> Settings => [DeafSubscribers.Room];

    protected override async Task AttackAsync(Uri router, int scale, CancellationToken over)
    {
        var deaf = FromManyAsync(Subscribers * scale, async _ =>
        {
            using var http = await HostileHttp.ConnectAsync(router, receiveBuffer: 4096);
            await http.Socket.SendRawAsync(HostileHttp.Request("events?topic=com.hostile.loud"), over);
            await StayAsync(over);
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
