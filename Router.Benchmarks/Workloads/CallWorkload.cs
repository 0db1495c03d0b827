using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Callers that each keep some calls in flight, spread over callees with one procedure each.</summary>
internal sealed class CallWorkload(Row row, int callers, int window, int callees) : ThroughputWorkload(row, messagesPerOperation: 2)
{
    protected override Traffic Prepare(EventLoop loop, RunningPeer peer)
    {
        var traffic = new CallTraffic();
        for (var procedure = 0; procedure < callees; procedure++)
        {
            loop.Connect(peer.Calls, peer.Dialect, new Callee(procedure, traffic));
        }

        loop.RunUntil(() => traffic.ReadyCallees == callees, StepLimit, "registering procedures");
        var all = Enumerable.Range(0, callers).Select(number => new Caller(number % callees, window, traffic)).ToArray();
        foreach (var caller in all)
        {
            loop.Connect(peer.Calls, peer.Dialect, caller);
        }

        loop.RunUntil(() => Array.TrueForAll(all, caller => caller.HasJoined), StepLimit, "joining callers");
        return new Traffic(
            traffic.Latency,
            Start: () => Array.ForEach(all, caller => caller.Start()),
            Stop: () => traffic.IsStopping = true,
            IsDrained: () => traffic.Outstanding == 0);
    }
}
