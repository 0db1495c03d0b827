namespace WampRouter.Benchmarks.Report;

/// <summary>One workload on one peer in one round. What does not apply, or could not be seen, is null.</summary>
internal sealed record Measurement
{
    /// <summary>The row, such as <c>rpc-16x32</c>.</summary>
    public required string Row { get; init; }

    /// <summary>The peer's short name.</summary>
    public required string Peer { get; init; }

    /// <summary>From 1 on.</summary>
    public required int Round { get; init; }

    /// <summary>The figure of the row, in the row's unit.</summary>
    public double? Value { get; init; }

    /// <summary>Half of all latencies are below, in microseconds.</summary>
    public double? P50Microseconds { get; init; }

    /// <summary>99 % of all latencies are below, in microseconds.</summary>
    public double? P99Microseconds { get; init; }

    /// <summary>99.9 % of all latencies are below, in microseconds.</summary>
    public double? P999Microseconds { get; init; }

    /// <summary>Processor time of the server for each routed message (or join), in microseconds.</summary>
    public double? ServerMicrosecondsPerMessage { get; init; }

    /// <summary>How much of one core the server used, 0 to 1.</summary>
    public double? ServerCore { get; init; }

    /// <summary>How much of the server's core anything but the server used, 0 to 1: noise.</summary>
    public double? OthersOnServerCore { get; init; }

    /// <summary>How much of one core the load generator used, 0 to 1.</summary>
    public double? GeneratorCore { get; init; }

    /// <summary>How much of the load generator's core anything else used, 0 to 1: noise.</summary>
    public double? OthersOnGeneratorCore { get; init; }

    /// <summary>Bytes the load generator allocated while it measured; far below one byte a message, or it measures its own collector.</summary>
    public long? GeneratorAllocatedBytes { get; init; }

    /// <summary>The server's resident memory at the end, in bytes.</summary>
    public long? ServerResidentBytes { get; init; }

    /// <summary>Why there are no figures.</summary>
    public string? Failure { get; init; }
}
