using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>How long and how much to measure.</summary>
/// <param name="Round">The round, from 1 on.</param>
/// <param name="WarmUp">Load before the measurement begins.</param>
/// <param name="Duration">Load that is measured.</param>
/// <param name="IdleSessions">Sessions of the idle rows.</param>
/// <param name="Affinity">Which cores are used.</param>
internal sealed record MeasureSettings(int Round, TimeSpan WarmUp, TimeSpan Duration, int IdleSessions, CpuAffinity Affinity);
