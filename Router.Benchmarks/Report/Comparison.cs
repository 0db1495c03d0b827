namespace WampRouter.Benchmarks.Report;

/// <summary>Everything one run of <c>compare</c> found: what the JSON file holds, and what the Markdown page is made from.</summary>
internal sealed record Comparison
{
    /// <summary>Where and with what it was measured.</summary>
    public required Machine Machine { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Seconds of load behind each figure.</summary>
    public required double SecondsPerMeasurement { get; init; }

    /// <summary>Sessions held by the idle rows.</summary>
    public required int IdleSessions { get; init; }

    /// <summary>Name and description of each peer, in the order they took turns.</summary>
    public required IReadOnlyList<PeerLine> Peers { get; init; }

    /// <summary>The peer the others are compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The rows measured.</summary>
    public required IReadOnlyList<RowLine> Rows { get; init; }

    /// <summary>What a reader must know about this run: peers left out, cores shared.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Every single measurement.</summary>
    public required IReadOnlyList<Measurement> Measurements { get; init; }
}

/// <summary>A peer, as the report names it.</summary>
internal sealed record PeerLine(string Name, string Description);

/// <summary>A row, as the report names it.</summary>
internal sealed record RowLine(string Id, string Title, string Unit, bool MoreIsBetter);
