namespace WampRouter.Benchmarks.Report;

/// <summary>All rounds of one peer in one row, brought down to medians.</summary>
internal sealed class PeerSummary
{
    private readonly Measurement[] _good;
    private readonly Measurement[] _baseline;

    /// <param name="ofPeer">This peer's measurements of the row.</param>
    /// <param name="ofBaseline">The baseline's measurements of the same row.</param>
    public PeerSummary(IEnumerable<Measurement> ofPeer, IEnumerable<Measurement> ofBaseline)
    {
        var all = ofPeer.ToArray();
        _good = [.. all.Where(measurement => measurement.Value is not null)];
        _baseline = [.. ofBaseline];
        Failures = [.. all.Select(measurement => measurement.Failure).OfType<string>().Distinct()];
    }

    /// <summary>Why rounds are missing.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>The median of what a selector finds; null if no round has it.</summary>
    public double? Median(Func<Measurement, double?> selector) => MedianOf(_good.Select(selector).OfType<double>());

    /// <summary>
    /// What a selector finds, divided by the baseline's, round by round: neighbours in time, so that the machine's noise cancels. Null if
    /// no round has both.
    /// </summary>
    public (double Median, double Least, double Most)? Ratio(Func<Measurement, double?> selector)
    {
        var ratios = (from measurement in _good
                      join baseline in _baseline on measurement.Round equals baseline.Round
                      select selector(measurement) / selector(baseline)).OfType<double>().Where(double.IsFinite).ToArray();
        return MedianOf(ratios) is { } median ? (median, ratios.Min(), ratios.Max()) : null;
    }

    private static double? MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
