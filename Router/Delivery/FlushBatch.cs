using WampRouter.Measures;

namespace WampRouter.Delivery;

/// <summary>Something that holds written but unflushed frames.</summary>
internal interface IFlushable
{
    /// <summary>Hands everything written so far to the transport. Any thread; never blocks.</summary>
    void Flush();
}

/// <summary>
/// The outboxes touched while the messages of one read were routed; each is flushed once at the end. Batching this way costs no
/// latency, because nothing waits: it only merges writes that were ready at the same moment.
/// One per thread. Code that awaits must flush first; otherwise a frame would wait until the await ends.
/// </summary>
internal sealed class FlushBatch
{
    [ThreadStatic]
    private static FlushBatch? _ofThread;

    private IFlushable[] _touched = new IFlushable[64];
    private int _count;
    private ThreadCounters? _counters;
    private long[] _mine = [];

    /// <summary>The batch of the running thread.</summary>
    public static FlushBatch OfThread => _ofThread ??= new FlushBatch();

    /// <summary>Notes an outbox. The outbox makes sure that it is noted only once.</summary>
    public void Add(IFlushable outbox)
    {
        if (_count == _touched.Length)
        {
            Array.Resize(ref _touched, _count * 2);
        }

        _touched[_count++] = outbox;
    }

    /// <summary>The running thread's own numbers of <paramref name="counters"/>. An event to a thousand counts with the same ones a thousand times, so the last ones are at hand.</summary>
    public Span<long> Mine(ThreadCounters counters) => ReferenceEquals(counters, _counters) ? _mine : Look(counters);

    /// <summary>Flushes and forgets every noted outbox.</summary>
    public void Flush()
    {
        for (var i = 0; i < _count; i++)
        {
            _touched[i].Flush();
        }

        Array.Clear(_touched, 0, _count);
        _count = 0;
    }

    private long[] Look(ThreadCounters counters)
    {
        _counters = counters;
        return _mine = counters.Mine;
    }
}
