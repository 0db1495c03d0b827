namespace WampRouter.Transports.Admission;

/// <summary>
/// So many in a second, and after a quiet time a burst of them. Refilled by the time that has passed when it is asked, so it needs no timer.
/// </summary>
/// <remarks>A mutable struct; whoever has it sees to it that one thread uses it at a time.</remarks>
/// <param name="perSecond">How many come in a second.</param>
/// <param name="burst">How many there are after a quiet time.</param>
/// <param name="now">A timestamp: it is full then.</param>
internal struct TokenBucket(double perSecond, double burst, long now)
{
    private readonly double _perSecond = perSecond;
    private readonly double _burst = burst;
    private double _tokens = burst;
    private long _filledAt = now;

    /// <summary>Takes one, where there is one.</summary>
    public bool TryTakeOne(long now, TimeProvider time)
    {
        Fill(now, time);
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>Takes as many as were used, be there as many or not.</summary>
    /// <returns>How long to wait until what is owed has come.</returns>
    public TimeSpan Charge(double used, long now, TimeProvider time)
    {
        Fill(now, time);
        _tokens -= used;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _perSecond);
    }

    /// <summary>Whether it is as it was in the beginning.</summary>
    public bool IsFull(long now, TimeProvider time)
    {
        Fill(now, time);
        return _tokens >= _burst;
    }

    private void Fill(long now, TimeProvider time)
    {
        var passed = time.GetElapsedTime(_filledAt, now);
        if (passed > TimeSpan.Zero)
        {
            _tokens = Math.Min(_burst, _tokens + (passed.TotalSeconds * _perSecond));
            _filledAt = now;
        }
    }
}
