using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Tests.Doubles;

/// <summary>What an instrument of one router was told while this lives, whoever told it; of an instrument that is asked for its totals, what it says now.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(double Value, string Tags)> _measurements = [];
    private bool _isObservable;

    public Measured(RouterMeter meter, string instrument)
    {
        _listener.InstrumentPublished = (published, self) =>
        {
            if (meter.Owns(published) && published.Name == instrument)
            {
                (HasFound, _isObservable) = (true, published.IsObservable);
                self.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Note(value, tags));
        _listener.Start();
        Assert.That(HasFound, Is.True, $"there is no instrument {instrument}");
    }

    /// <summary>All of it added up.</summary>
    public double Sum => Look().Sum(measurement => measurement.Value);

    /// <summary>Each measurement, in order.</summary>
    public IEnumerable<double> Values => Look().Select(measurement => measurement.Value);

    /// <summary>The tags of each measurement, as <c>key=value,…</c>.</summary>
    public IEnumerable<string> Tags => Look().Select(measurement => measurement.Tags);

    private bool HasFound { get; set; }

    /// <summary>What was measured with all of these tags, added up.</summary>
    public double Of(params string[] tags) => Look().Where(measurement => tags.All(measurement.Tags.Split(',').Contains)).Sum(measurement => measurement.Value);

    public void Dispose() => _listener.Dispose();

    private (double Value, string Tags)[] Look()
    {
        if (_isObservable)
        {
            _measurements.Clear();
            _listener.RecordObservableInstruments();
        }

        return [.. _measurements];
    }

    private void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue((value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
