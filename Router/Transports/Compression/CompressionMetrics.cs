using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Transports.Compression;

/// <summary>What compression brings and costs. Any thread.</summary>
internal sealed class CompressionMetrics
{
    /// <summary>A message was refused because its bytes are not what deflate makes.</summary>
    public const string Broken = "broken";

    /// <summary>A message was refused because it has too many bytes once it is decompressed.</summary>
    public const string TooLarge = "too_large";

    private const int Sent = 0;
    private const int Got = 3;
    private const int Plain = 0;
    private const int Small = 1;
    private const int Runs = 2;

    private readonly ThreadCounters _counters = new(6);
    private readonly RouterMeter _meter;
    private readonly Counter<long> _refused;
    private long _connections;

    /// <param name="meter">The router's.</param>
    public CompressionMetrics(RouterMeter meter)
    {
        _meter = meter;
        meter.ObserveNow("wamp_router.compression.connections", "{connection}", "WebSocket connections that have agreed on compression", () => [new(Volatile.Read(ref _connections))]);
        meter.ObserveTotals("wamp_router.compression.io", "By", "Bytes of the messages that travelled compressed: what they are (plain), and what they were on the way (compressed)", Bytes, "direction", "form");
        meter.ObserveTotals(
            "wamp_router.compression.runs", "{run}", "Times that a message was compressed or decompressed: a message to many is compressed once for all that run on one thread", () => [Total("sent", Sent + Runs), Total("received", Got + Runs)], "direction");
        _refused = meter.CreateCounter("wamp_router.compression.refusals", "{message}", "Compressed messages that were refused", "reason");
    }

    /// <summary>A connection has agreed on compression.</summary>
    public void Opened() => Interlocked.Increment(ref _connections);

    /// <summary>It is over.</summary>
    public void Ended() => Interlocked.Decrement(ref _connections);

    /// <summary>Something was compressed, for one peer or for many.</summary>
    public void Compressed() => _counters.Add(Sent + Runs, 1);

    /// <summary>A compressed message was written for a peer.</summary>
    /// <param name="plain">Its bytes.</param>
    /// <param name="compressed">Those that travel.</param>
    public void Wrote(long plain, long compressed) => Add(Sent, plain, compressed);

    /// <summary>A compressed message has come.</summary>
    /// <param name="compressed">Its bytes.</param>
    /// <param name="plain">What was made of them.</param>
    public void Received(long compressed, long plain)
    {
        Add(Got, plain, compressed);
        _counters.Add(Got + Runs, 1);
    }

    /// <summary>A compressed message is refused.</summary>
    /// <param name="reason">One of the constants here.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A connection does without what it could refer to, because others hold all there may be.</summary>
    public void NoRoom() => _meter.LimitHit($"{TransportOptions.SectionName}:{nameof(TransportOptions.Compression)}:{nameof(CompressionOptions.TotalBytes)}");

    private void Add(int direction, long plain, long compressed)
    {
        var mine = _counters.Mine;
        mine[direction + Plain] += plain;
        mine[direction + Small] += compressed;
    }

    private IEnumerable<Measurement<long>> Bytes() =>
        from direction in ((string Name, int Cell)[])[("sent", Sent), ("received", Got)]
        from form in ((string Name, int Cell)[])[("plain", Plain), ("compressed", Small)]
        select new Measurement<long>(_counters.Sum(direction.Cell + form.Cell), new("direction", direction.Name), new("form", form.Name));

    private Measurement<long> Total(string direction, int cell) => new(_counters.Sum(cell), new KeyValuePair<string, object?>("direction", direction));
}
