namespace WampRouter.Measures;

/// <summary>What a counter without tags counts. It is asked for when somebody looks, so it says 0 before the first time, and nobody takes it for missing. Any thread.</summary>
internal sealed class Total
{
    private long _value;

    /// <summary>What there was so far.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Counts what is rare; what happens for every message belongs into <see cref="ThreadCounters"/>.</summary>
    public void Add(long count) => Interlocked.Add(ref _value, count);
}
