namespace WampRouter.Measures;

/// <summary>
/// Picks what is measured out of what happens too often to measure all of it. While a thread has little to do it picks everything; the more there is, the fewer of it, so that measuring
/// costs a small part of the time, whatever that is. Any thread.
/// </summary>
/// <param name="counters">Where it keeps, for each thread, what it needs.</param>
/// <param name="first">The first of <see cref="Cells"/> counters that are its own.</param>
/// <param name="time">The clock.</param>
internal sealed class Sampler(ThreadCounters counters, int first, TimeProvider time)
{
    /// <summary>How many counters it needs.</summary>
    public const int Cells = 3;

    /// <summary>At most so many pass between two that are picked.</summary>
    public const int MostPassed = 255;

    private const int Left = 0;         // how many pass before the next
    private const int Passed = 1;       // how many passed before the last
    private const int Last = 2;         // when that was

    /// <summary>Two that are picked within less: fewer are picked. Within four times as much: as many as before.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether to measure this one.</summary>
    /// <param name="now">A timestamp of the clock, if so; 0 if not.</param>
    public bool Picks(out long now)
    {
        var mine = counters.Mine.AsSpan(first, Cells);
        now = 0;
        if (--mine[Left] >= 0)
        {
            return false;
        }

        now = Math.Max(1, time.GetTimestamp());
        var since = mine[Last] == 0 ? TimeSpan.MaxValue : time.GetElapsedTime(mine[Last], now);
        mine[Passed] = since < Often ? Math.Min((mine[Passed] * 2) + 1, MostPassed) : since < Often * 4 ? mine[Passed] : mine[Passed] / 2;
        (mine[Left], mine[Last]) = (mine[Passed], now);
        return true;
    }
}
