namespace WampRouter.Server.Machine;

/// <summary>
/// Tells a peak that is over from memory that is in use, by looking at the size of the process now and then. Not safe on several threads.
/// </summary>
/// <remarks>
/// Without new work the garbage collector has no reason to run, so what a peak took stays with the process for ever. What is worth a collection: a process that is well above its size at rest and grows no
/// more. First one beside the work, which stops nobody; only where that leaves little alive is the heap made small, which stops everybody for as long as it takes to move what is alive.
/// </remarks>
/// <param name="rest">The size at rest, in bytes, to begin with.</param>
internal sealed class MemoryPeaks(long rest)
{
    /// <summary>Less than this above the size at rest is not worth it, in bytes.</summary>
    public const long WorthIt = 24 * 1024 * 1024;

    /// <summary>What may be alive when everybody is stopped, in bytes: moving it takes about a tenth of a second.</summary>
    public const long MostAlive = 128 * 1024 * 1024;

    /// <summary>After so many looks, at the latest, it is tried again where it was of no use.</summary>
    public const int LongestPause = 120;

    private long _rest = rest;
    private long _before = rest;
    private bool _isCollected;
    private int _pause;
    private int _left;

    /// <summary>What is to be done now.</summary>
    /// <param name="resident">The size of the process.</param>
    /// <param name="alive">What of the heap was in use at the last collection, and what was allocated since.</param>
    public MemoryStep Look(long resident, long alive)
    {
        var isGrowing = resident > _before + (_before / 20);
        _before = resident;
        _rest = Math.Min(_rest, resident);
        if (resident - _rest < Math.Max(WorthIt, _rest / 4) || isGrowing)
        {
            _isCollected = false;
            return MemoryStep.Nothing;
        }

        if (_left > 0)
        {
            _left--;
            return MemoryStep.Nothing;
        }

        if (!_isCollected)
        {
            _isCollected = true;
            return MemoryStep.Collect;
        }

        _isCollected = false;
        if (alive <= MostAlive && alive < resident / 2)
        {
            return MemoryStep.Return;
        }

        Pause();
        return MemoryStep.Nothing;
    }

    /// <summary>Memory was given back.</summary>
    /// <param name="before">The size of the process before.</param>
    /// <param name="after">And afterwards.</param>
    public void Returned(long before, long after)
    {
        if (before - after < (before - _rest) / 4)
        {
            Pause();
            return;
        }

        (_pause, _before) = (0, after);
    }

    private void Pause()
    {
        _pause = Math.Clamp(_pause * 2, 2, LongestPause);
        _left = _pause;
    }
}

/// <summary>What is done about memory.</summary>
internal enum MemoryStep
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A collection beside the work.</summary>
    Collect,

    /// <summary>The heap is made small, and what is free goes back to the system.</summary>
    Return,
}
