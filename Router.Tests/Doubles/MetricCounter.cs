using System.Diagnostics.Metrics;

namespace WampRouter.Tests.Doubles;

/// <summary>Adds up what one counter counts on the thread of the test, for as long as it lives: other tests run beside it.</summary>
internal sealed class MetricCounter : IDisposable
{
    private readonly MeterListener _listener;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public MetricCounter(string meter, string instrument)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (published, listener) =>
            {
                if (published.Meter.Name == meter && published.Name == instrument)
                {
                    listener.EnableMeasurementEvents(published);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Sum += Environment.CurrentManagedThreadId == _thread ? value : 0);
        _listener.Start();
    }

    public long Sum { get; private set; }

    public void Dispose() => _listener.Dispose();
}
