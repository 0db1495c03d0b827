namespace WampRouter.Benchmarks.Report;

/// <summary>All rounds of one peer in one row, brought down to medians.</summary>
internal sealed class PeerSummary
{
    private readonly Measurement[] _good;

    /// <param name="ofPeer">This peer's measurements of the row.</param>
    /// <param name="ofBaseline">The baseline's measurements of the same row.</param>
    public PeerSummary(IEnumerable<Measurement> ofPeer, IEnumerable<Measurement> ofBaseline)
    {
        var all = ofPeer.ToArray();
        _good = [.. all.Where(measurement => measurement.Value is not null)];
        Failures = [.. all.Select(measurement => measurement.Failure).OfType<string>().Distinct()];
        Ratios =
        [
            .. from measurement in _good
               join baseline in ofBaseline.Where(other => other.Value > 0) on measurement.Round equals baseline.Round
               select measurement.Value!.Value / baseline.Value!.Value,
        ];
    }

    /// <summary>Why rounds are missing.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>This peer's figure divided by the baseline's, round by round: neighbours in time, so the machine's noise cancels.</summary>
    public IReadOnlyList<double> Ratios { get; }

    /// <summary>The median of what a selector finds; null if no round has it.</summary>
    public double? Median(Func<Measurement, double?> selector) => MedianOf(_good.Select(selector).OfType<double>());

    /// <summary>The median of <see cref="Ratios"/>.</summary>
    public double? MedianRatio => MedianOf(Ratios);

    private static double? MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
