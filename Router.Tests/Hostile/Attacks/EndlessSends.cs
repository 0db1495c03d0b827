using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Long-poll requests to send that are begun, almost sent, and never ended, some of them before the login; and many that wait behind one of these.</summary>
internal sealed class EndlessSends() : Attack("long-poll sends that do not end", memoryBound: 256)
{
    private const int Connections = 60;
    private const int MostBytes = 1_000_000;
    private const int MostBytesBeforeLogin = 60_000;
    private const int Waiting = 10;
    private const int OneIn = 10;       // has others that wait behind it
    private const int Missing = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public override Way HonestWay => Way.LongPoll;

    public override IReadOnlyList<string> Settings => [UnfinishedMessages.Room];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections * scale, async number =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(() => BeginAsync(router, isJoined: number % 3 != 0, waiting: number % OneIn == 0 ? Waiting : 0, over));
            await Task.Delay(Pause, TimeProvider.System, over);
        }
    });

    private static async Task BeginAsync(Uri router, bool isJoined, int waiting, CancellationToken over)
    {
        using var poll = await HostilePoll.ConnectAsync(router);
        var id = isJoined ? await poll.JoinAsync(over) : await poll.OpenAsync(over);
        var bytes = isJoined ? MostBytes : MostBytesBeforeLogin;
        await poll.Socket.SendRawAsync(HostilePoll.Request($"{id}/send", $$"""[16,1,{},"com.hostile.long",["{{new string('x', bytes)}}""", bytes + 100 + Missing), over);
        var others = FromManyAsync(waiting, async _ =>
        {
            using var next = await HostilePoll.ConnectAsync(router);
            await next.AskAsync($"{id}/send", """[16,1,{},"com.hostile.short"]""", over);
        });
        await poll.Socket.AwaitEndAsync(over);
        await others;
    }
}
