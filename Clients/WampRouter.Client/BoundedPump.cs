namespace WampRouter.Client;

/// <summary>What became of an item given to a <see cref="BoundedPump{T}"/>.</summary>
internal enum PumpOutcome
{
    /// <summary>It is being handled already.</summary>
    Started,

    /// <summary>It waits, and nothing else does.</summary>
    QueuedAlone,

    /// <summary>It waits behind others.</summary>
    Queued,

    /// <summary>It waits, and the oldest that did is lost.</summary>
    Displaced,

    /// <summary>It is lost: nothing more may wait.</summary>
    Refused,

    /// <summary>It is lost: the pump was stopped.</summary>
    Stopped,
}

/// <summary>
/// Runs work on the thread pool: started in the order it was posted, a bounded number at a time, a bounded number waiting. With a
/// concurrency of 1 the items are handled strictly one after the other. Posting never waits. Any thread.
/// </summary>
/// <param name="concurrency">How many items are handled at once.</param>
/// <param name="capacity">How many may wait.</param>
/// <param name="handle">The work. It must not throw.</param>
internal sealed class BoundedPump<T>(int concurrency, int capacity, Func<T, Task> handle)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _waiting = new();
    private int _running;
    private long _handled;
    private bool _stopped;

    /// <summary>How many items were handled.</summary>
    public long Handled
    {
        get
        {
            lock (_lock)
            {
                return _handled;
            }
        }
    }

    /// <summary>How many items wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    public PumpOutcome Post(T item, bool displaceOldest)
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return PumpOutcome.Stopped;
            }

            if (_running == concurrency)
            {
                return Enqueue(item, displaceOldest);
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Pump.RunAsync(work.Item), (Pump: this, Item: item), preferLocal: false);
        return PumpOutcome.Started;
    }

    /// <summary>Forgets what waits and takes nothing more. What is being handled goes on.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            _waiting.Clear();
        }
    }

    private PumpOutcome Enqueue(T item, bool displaceOldest)
    {
        var outcome = _waiting.Count == 0 ? PumpOutcome.QueuedAlone : PumpOutcome.Queued;
        if (_waiting.Count >= capacity)
        {
            if (!displaceOldest)
            {
                return PumpOutcome.Refused;
            }

            _waiting.Dequeue();
            outcome = PumpOutcome.Displaced;
        }

        _waiting.Enqueue(item);
        return outcome;
    }

    private async Task RunAsync(T item)
    {
        while (true)
        {
            await handle(item).ConfigureAwait(false);
            lock (_lock)
            {
                _handled++;
                if (!_waiting.TryDequeue(out item!))
                {
                    _running--;
                    return;
                }
            }
        }
    }
}
