using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;
using WampRouter.Benchmarks.Report;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Load in a closed loop for a fixed time: rate, latencies, and what they cost the server.</summary>
/// <param name="row">The row it fills.</param>
/// <param name="messagesPerOperation">Messages the server routes for each counted operation: 2 for a call, 1 for an event.</param>
internal abstract class ThroughputWorkload(Row row, int messagesPerOperation) : Workload
{
    public sealed override IReadOnlyList<Row> Rows => [row];

    public sealed override IReadOnlyList<Measurement> Measure(RunningPeer peer, MeasureSettings settings)
    {
        using var loop = new EventLoop();
        var traffic = Prepare(loop, peer);
        traffic.Start();
        loop.RunFor(settings.WarmUp);
        var measurement = MeasureUnderLoad(loop, traffic.Latency, peer, settings);
        traffic.Stop();
        loop.RunUntil(traffic.IsDrained, StepLimit, "answering what was under way");
        loop.LeaveAll();
        return [measurement];
    }

    /// <summary>Connects everybody; returns when only <see cref="Traffic.Start"/> is missing.</summary>
    protected abstract Traffic Prepare(EventLoop loop, RunningPeer peer);

    private Measurement MeasureUnderLoad(EventLoop loop, LatencyHistogram latency, RunningPeer peer, MeasureSettings settings)
    {
        latency.Clear();
        var window = new UsageWindow(peer, settings.Affinity);
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        loop.RunFor(settings.Duration);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        var usage = window.End();
        if (latency.Count == 0)
        {
            throw new WorkloadFailedException("nothing arrived while measuring");
        }

        return new Measurement
        {
            Row = row.Id,
            Peer = peer.Name,
            Round = settings.Round,
            Value = latency.Count / usage.Seconds,
            P50Microseconds = latency.PercentileMicroseconds(0.5),
            P99Microseconds = latency.PercentileMicroseconds(0.99),
            P999Microseconds = latency.PercentileMicroseconds(0.999),
            ServerMicrosecondsPerMessage = usage.Server?.TotalMicroseconds / (latency.Count * messagesPerOperation),
            ServerCore = usage.ServerCore,
            OthersOnServerCore = usage.OthersOnServerCore,
            GeneratorCore = usage.GeneratorCore,
            OthersOnGeneratorCore = usage.OthersOnGeneratorCore,
            GeneratorAllocatedBytes = allocated,
            ServerResidentBytes = peer.ResidentBytes,
        };
    }

    /// <summary>The controls of a prepared workload.</summary>
    /// <param name="Latency">One entry for each finished operation.</param>
    /// <param name="Start">Begins the load.</param>
    /// <param name="Stop">Lets no new operation begin.</param>
    /// <param name="IsDrained">True when no operation is under way.</param>
    protected sealed record Traffic(LatencyHistogram Latency, Action Start, Action Stop, Func<bool> IsDrained);
}
