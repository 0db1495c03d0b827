using System.Diagnostics.Metrics;

namespace WampRouter.Measures;

/// <summary>
/// The meter of one router. Each layer makes its instruments here, once, when the router is put together; what is made is listed in <c>docs/metrics.md</c>. Any thread, once the router runs.
/// </summary>
/// <remarks>
/// No tag holds what a client chose: URIs, authids, names of realms that do not exist. So the number of series is bounded by the configuration. What happens for every message is not told to an instrument
/// but counted in <see cref="ThreadCounters"/>, which an observable instrument adds up when somebody looks.
/// </remarks>
internal sealed class RouterMeter
{
    /// <summary>The name of every router's meter, for whoever subscribes to it.</summary>
    public const string MeterName = "WampRouter";

    /// <summary>The tag of the meter that tells routers of one process apart. A router without a name has none.</summary>
    public const string RouterTag = "router";

    private readonly Meter _meter;
    private readonly List<Measure> _measures = [];
    private readonly Counter<long> _limitHits;

    /// <param name="meters">Makes the meter, and disposes of it.</param>
    /// <param name="router">The name of the router; empty for the default one.</param>
    public RouterMeter(IMeterFactory meters, string router = "")
    {
        _meter = meters.Create(new MeterOptions(MeterName)
        {
            Version = typeof(RouterMeter).Assembly.GetName().Version?.ToString(3),
            Tags = router.Length == 0 ? null : [new(RouterTag, router)],
        });
        Tables = new BoundedTables(this);
        _limitHits = CreateCounter(
            "wamp_router.limit.hits", "{hit}", "Times that a limit was reached, by the setting that limits: what was wanted was refused, dropped or given up for it", "limit", "realm");
    }

    /// <summary>What clients can fill, and how much they may.</summary>
    public BoundedTables Tables { get; }

    /// <summary>Every instrument, in the order in which they were made. Not while a router is being put together.</summary>
    public IReadOnlyList<Measure> Measures => _measures;

    /// <summary>Whether an instrument belongs to this router.</summary>
    public bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, _meter);

    /// <summary>A limit was reached.</summary>
    /// <param name="setting">The setting, as an admin writes it, such as <c>Transports:OutboxBytes</c> or <c>limits.maxSessions</c>.</param>
    /// <param name="realm">The realm, where it is a realm's limit.</param>
    public void LimitHit(string setting, string? realm = null)
    {
        if (realm is null)
        {
            _limitHits.Add(1, new KeyValuePair<string, object?>("limit", setting));
        }
        else
        {
            _limitHits.Add(1, new("limit", setting), new("realm", realm));
        }
    }

    /// <summary>Makes a counter for what is rare. A series of it appears with its first count.</summary>
    /// <param name="name">With the prefix: <c>wamp_router.noun.what</c>.</param>
    /// <param name="unit">As UCUM has it; things that are counted in braces.</param>
    /// <param name="description">For people.</param>
    /// <param name="tag">The key of its tag.</param>
    /// <param name="furtherTags">Those of its further tags.</param>
    public Counter<long> CreateCounter(string name, string unit, string description, string tag, params string[] furtherTags) =>
        _meter.CreateCounter<long>(Note("counter", name, unit, description, [tag, .. furtherTags]), unit, description);

    /// <summary>Makes a counter of times.</summary>
    /// <inheritdoc cref="CreateCounter"/>
    public Counter<double> CreateSecondsCounter(string name, string description, string tag, params string[] furtherTags) =>
        _meter.CreateCounter<double>(Note("counter", name, "s", description, [tag, .. furtherTags]), "s", description);

    /// <summary>Makes a counter without tags for what is rare. It reports 0 from the start.</summary>
    /// <param name="name">With the prefix: <c>wamp_router.noun.what</c>.</param>
    /// <param name="unit">As UCUM has it; things that are counted in braces.</param>
    /// <param name="description">For people.</param>
    public Total CreateTotal(string name, string unit, string description)
    {
        var total = new Total();
        ObserveTotals(name, unit, description, () => [new(total.Value)]);
        return total;
    }

    /// <summary>Makes a histogram.</summary>
    /// <param name="name">With the prefix.</param>
    /// <param name="unit">As UCUM has it.</param>
    /// <param name="description">For people.</param>
    /// <param name="boundaries">Where its buckets end.</param>
    /// <param name="tags">The keys of its tags.</param>
    /// <typeparam name="T">What is measured: <see cref="long"/> or <see cref="double"/>.</typeparam>
    public Histogram<T> CreateHistogram<T>(string name, string unit, string description, T[] boundaries, params string[] tags)
        where T : struct => _meter.CreateHistogram(Note("histogram", name, unit, description, tags), unit, description, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = boundaries });

    /// <summary>Makes a counter that is asked for its totals when somebody looks.</summary>
    /// <param name="name">With the prefix.</param>
    /// <param name="unit">As UCUM has it.</param>
    /// <param name="description">For people.</param>
    /// <param name="observe">The totals, each with its tags. Any thread.</param>
    /// <param name="tags">The keys of its tags.</param>
    public void ObserveTotals(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> observe, params string[] tags) =>
        _meter.CreateObservableCounter(Note("counter", name, unit, description, tags), observe, unit, description);

    /// <summary>Makes an instrument for what there is now, and which may be added up: an up-down counter.</summary>
    /// <inheritdoc cref="ObserveTotals"/>
    public void ObserveNow(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> observe, params string[] tags) =>
        _meter.CreateObservableUpDownCounter(Note("up-down counter", name, unit, description, tags), observe, unit, description);

    private string Note(string kind, string name, string unit, string description, string[] tags)
    {
        _measures.Add(new Measure(name, kind, unit, description, tags));
        return name;
    }
}
