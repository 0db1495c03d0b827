using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>What all callers and callees of one measurement share. Used by the event loop's thread only.</summary>
internal sealed class CallTraffic
{
    /// <summary>From enqueueing a call to reading its result.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Callees whose procedure is registered.</summary>
    public int ReadyCallees { get; set; }

    /// <summary>Calls without a result yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>True when callers shall begin no more calls.</summary>
    public bool IsStopping { get; set; }
}
