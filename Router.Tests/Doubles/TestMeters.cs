using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Tests.Doubles;

/// <summary>Meters of one test's own: other tests run beside it.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _made = [];

    public TestMeters(string router = "") => Router = new RouterMeter(this, router);

    /// <summary>That of a router.</summary>
    public RouterMeter Router { get; }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _made.Add(meter);
        return meter;
    }

    public void Dispose() => _made.ForEach(meter => meter.Dispose());
}
