using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Long-poll subscribers that ask for messages, one request behind the other, and read no answer, and a publisher that fills what may wait for them.</summary>
internal sealed class DeafPolls() : Attack("long-poll answers that nobody reads", memoryBound: 192)
{
    private const int Subscribers = 12;
    private const int EventBytes = 30_000;
    private const int Requests = 1_000;

    public override Way HonestWay => Way.LongPoll;

    public override IReadOnlyList<string> Settings => [DeafSubscribers.Room];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var deaf = FromManyAsync(Subscribers * scale, async _ =>
        {
            using var poll = await HostilePoll.ConnectAsync(router, receiveBuffer: 4096);
            var id = await poll.JoinAsync(over);
            await poll.AskAsync($"{id}/send", """[32,1,{},"com.hostile.loud"]""", over);
            await poll.Socket.FloodAsync(HostilePoll.Request($"{id}/receive"), Requests, over);
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
