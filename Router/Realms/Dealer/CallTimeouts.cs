using WampRouter.Delivery;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// The calls of a realm that have a time limit, in a heap with the most urgent first, and one timer for all of them (<c>rfc/text/advanced/rpc_call_timeout.md</c>).
/// A call that ends is removed at once, so there are never more than pending calls. No call expires early; how late it may expire depends on the clock.
/// </summary>
internal sealed class CallTimeouts
{
    /// <summary>Longer time limits are reduced to this, so that the arithmetic stays within 64 bits for any clock.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>The longest time set on the timer, because timers have a maximum; it then only fires once too often.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();                 // lock order: the last one, like Outbox
    private readonly List<CallRecord> _heap = [];        // a binary heap by SortedBy; each record knows its place
    private readonly TimeProvider _time;
    private readonly Action<CallRecord, FlushBatch> _expire;
    private readonly ITimer _timer;
    private long _wakesAt = long.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="expire">Ends a call whose time is over; called on the timer's thread, without a lock.</param>
    public CallTimeouts(TimeProvider time, Action<CallRecord, FlushBatch> expire)
    {
        _time = time;
        _expire = expire;
        _timer = time.CreateTimer(static timeouts => ((CallTimeouts)timeouts!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many calls are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _heap.Count;
            }
        }
    }

    /// <summary>Starts the time limit of a call.</summary>
    public void Watch(CallRecord record, long milliseconds)
    {
        var limit = Math.Min(milliseconds, (long)Longest.TotalMilliseconds);
        record.TimeLimit = (long)(limit / 1000.0 * _time.TimestampFrequency);
        Restart(record);
        lock (_gate)
        {
            record.SortedBy = record.Due;
            _heap.Add(record);
            Rise(_heap.Count - 1, record);
            if (record.SortedBy < _wakesAt)
            {
                SleepUntil(record.SortedBy);
            }
        }
    }

    /// <summary>Starts the time limit of a watched call again. The heap is updated when the old time is over.</summary>
    public void Restart(CallRecord record) => record.Due = _time.GetTimestamp() + record.TimeLimit;

    /// <summary>Stops watching a call. Does nothing if it was not watched.</summary>
    public void Forget(CallRecord record)
    {
        if (record.TimeLimit == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (record.Place >= 0)
            {
                RemoveAt(record.Place);
            }
        }
    }

    private void OnTimer()
    {
        var batch = FlushBatch.OfThread;
        while (TakeExpired() is { } record)
        {
            _expire(record, batch);
        }

        batch.Flush();
    }

    private CallRecord? TakeExpired()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_heap.Count > 0 && _heap[0].SortedBy <= now)
            {
                var first = _heap[0];
                if (first.Due <= now)
                {
                    RemoveAt(0);
                    return first;
                }

                first.SortedBy = first.Due;     // the limit was restarted by results
                Sink(0, first);
            }

            SleepUntil(_heap.Count > 0 ? _heap[0].SortedBy : long.MaxValue);
            return null;
        }
    }

    private void SleepUntil(long due)
    {
        _wakesAt = due;
        if (due == long.MaxValue)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up: a timer counts milliseconds, and if it fired too early it would only be set again.
        var milliseconds = Math.Ceiling(Math.Max(0, due - _time.GetTimestamp()) * 1000.0 / _time.TimestampFrequency);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestSleep.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void RemoveAt(int place)
    {
        _heap[place].Place = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (place < _heap.Count)
        {
            Rise(place, last);
            Sink(last.Place, last);
        }
    }

    private void Rise(int place, CallRecord record)
    {
        while (place > 0 && _heap[(place - 1) / 2].SortedBy > record.SortedBy)
        {
            Put(place, _heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, record);
    }

    private void Sink(int place, CallRecord record)
    {
        for (var child = (2 * place) + 1; child < _heap.Count; child = (2 * place) + 1)
        {
            child += child + 1 < _heap.Count && _heap[child + 1].SortedBy < _heap[child].SortedBy ? 1 : 0;
            if (_heap[child].SortedBy >= record.SortedBy)
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, record);
    }

    private void Put(int place, CallRecord record)
    {
        _heap[place] = record;
        record.Place = place;
    }
}
