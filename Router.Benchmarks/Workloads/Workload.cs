using WampRouter.Benchmarks.Peers;
using WampRouter.Benchmarks.Report;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Something to do with a peer, filling one or more rows of the table.</summary>
internal abstract class Workload
{
    /// <summary>How long any step that is not the measurement itself may take.</summary>
    protected static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(30);

    /// <summary>The rows it fills.</summary>
    public abstract IReadOnlyList<Row> Rows { get; }

    /// <summary>True where the peer must have done nothing before: memory is looked at.</summary>
    public virtual bool NeedsFreshServer => false;

    /// <summary>Measures once, on the calling thread. Throws <see cref="LoadGenerator.WorkloadFailedException"/> if the peer cannot do it.</summary>
    public abstract IReadOnlyList<Measurement> Measure(RunningPeer peer, MeasureSettings settings);
}
