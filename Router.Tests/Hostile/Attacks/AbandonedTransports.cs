using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Long-poll transports that are opened, as fast as can be, and left.</summary>
internal sealed class AbandonedTransports() : Attack("long-poll transports that are opened and left", memoryBound: 160)
{
    private const int Connections = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public override Way HonestWay => Way.LongPoll;

    public override IReadOnlyList<string> Settings => ["--WampRouter:Transports:MaxConnections=2000", "--WampRouter:Sessions:HelloTimeout=00:00:02"];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async _ =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var poll = await HostilePoll.ConnectAsync(router);
                while (!over.IsCancellationRequested)
                {
                    await poll.OpenAsync(over);
                }
            });
            await Task.Delay(Pause, TimeProvider.System, over);     // there is no room until some are given up
        }
    });
}
