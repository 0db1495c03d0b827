namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>A peer could not do what a workload asked for; the report shows the text instead of figures.</summary>
internal sealed class WorkloadFailedException(string message) : Exception(message);
