using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WampRouter.Tests.Doubles;

/// <summary>What an instrument was told while this lives, whoever told it.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(long Value, string Tags)> _measurements = [];

    public Measured(string instrument)
    {
        _listener.InstrumentPublished = (published, self) =>
        {
            if (published.Name == instrument)
            {
                self.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _measurements.Enqueue((value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        _listener.Start();
    }

    /// <summary>All of it added up.</summary>
    public long Sum => _measurements.Sum(measurement => measurement.Value);

    /// <summary>Each measurement, in order.</summary>
    public IEnumerable<long> Values => _measurements.Select(measurement => measurement.Value);

    /// <summary>The tags of each measurement, as <c>key=value,…</c>.</summary>
    public IEnumerable<string> Tags => _measurements.Select(measurement => measurement.Tags);

    public void Dispose() => _listener.Dispose();
}
