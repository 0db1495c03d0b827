using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>One publisher and a number of subscribers of one topic.</summary>
/// <param name="row">The row it fills.</param>
/// <param name="subscribers">How many.</param>
/// <param name="window">Publications not yet seen by the slowest subscriber.</param>
internal sealed class EventWorkload(Row row, int subscribers, int window) : ThroughputWorkload(row, messagesPerOperation: 1)
{
    protected override Traffic Prepare(EventLoop loop, RunningPeer peer)
    {
        var fanOut = new FanOut(subscribers, window);
        var publisher = new Publisher(fanOut);
        for (var i = 0; i < subscribers; i++)
        {
            loop.Connect(peer.Events, peer.Dialect, new Subscriber(fanOut, publisher));
        }

        loop.Connect(peer.Events, peer.Dialect, publisher);
        loop.RunUntil(() => publisher.HasJoined && fanOut.ReadySubscribers == subscribers, StepLimit, "subscribing");
        return new Traffic(
            fanOut.Latency,
            Start: publisher.Fill,
            Stop: () => fanOut.IsStopping = true,
            IsDrained: () => fanOut.IsDrained);
    }
}
