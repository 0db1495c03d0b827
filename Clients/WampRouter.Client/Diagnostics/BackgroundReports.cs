namespace WampRouter.Client.Diagnostics;

/// <summary>
/// Raises what went wrong in the background: one after the other, in the order it was reported, on the thread pool. Reporting never waits. When too much waits for
/// a slow observer, what comes next is counted, and the observer is told the count where those reports would have stood. Any thread.
/// </summary>
/// <param name="raise">Tells the observer. It must not throw.</param>
internal sealed class BackgroundReports(Action<WampBackgroundErrorEventArgs> raise) : IThreadPoolWorkItem
{
    private const int Capacity = 1024;

    private readonly Lock _lock = new();        // innermost
    private readonly Queue<WampBackgroundErrorEventArgs> _waiting = new();
    private bool _isRaising;
    private int _lost;      // since the last report that waits
    private WampBackgroundErrorEventArgs? _lastLost;

    public void Add(WampBackgroundErrorEventArgs report)
    {
        lock (_lock)
        {
            // Half of the room must be free before more is taken, or every other report would be a count.
            if (_waiting.Count >= (_lost > 0 ? Capacity / 2 : Capacity))
            {
                (_lost, _lastLost) = (_lost + 1, report);
                return;
            }

            if (TakeLost() is { } lost)
            {
                _waiting.Enqueue(lost);
            }

            _waiting.Enqueue(report);
            if (_isRaising)
            {
                return;
            }

            _isRaising = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake() is { } report)
        {
            raise(report);
        }
    }

    private WampBackgroundErrorEventArgs? TryTake()
    {
        lock (_lock)
        {
            var next = _waiting.TryDequeue(out var report) ? report : TakeLost();
            _isRaising = next is not null;
            return next;
        }
    }

    private WampBackgroundErrorEventArgs? TakeLost()
    {
        if (_lastLost is not { } last)
        {
            return null;
        }

        var lost = new WampBackgroundErrorEventArgs(
            WampBackgroundErrorKind.ReportsLost,
            last.Uri,
            new InvalidOperationException($"{_lost} reports were lost, because {Capacity} waited for a handler of {nameof(WampClient.BackgroundError)} that is slow. The last of them: {last.Kind}, {last.Exception.Message}", last.Exception));
        (_lost, _lastLost) = (0, null);
        return lost;
    }
}
