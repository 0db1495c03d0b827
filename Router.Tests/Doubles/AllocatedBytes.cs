namespace WampRouter.Tests.Doubles;

/// <summary>What this thread allocates in a steady state.</summary>
internal static class AllocatedBytes
{
    private const int Attempts = 20;

    /// <summary>
    /// The least that an action allocates in a number of attempts; the first ones warm it up. What it allocates, it allocates each time. A single measurement may say more:
    /// a collection at that moment, on whatever thread, takes the thread's allocation buffer away and counts what was left in it.
    /// </summary>
    public static long LeastOf(Action action)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
