using System.Runtime.CompilerServices;

namespace WampRouter.Measures;

/// <summary>
/// Counters for what happens with every message. Each thread adds to numbers of its own, so that adding takes no lock and shares nothing with other processors; whoever wants to know
/// adds them up. Any thread.
/// </summary>
/// <param name="cells">How many counters.</param>
internal sealed class ThreadCounters(int cells)
{
    /// <summary>Behind the counters of a thread, so that those of two threads never share a line of the processor's cache.</summary>
    private const int Padding = 8;

    private readonly Lock _gate = new();        // nothing is taken under it
    private volatile long[]?[] _ofThreads = [];

    /// <summary>The running thread's own numbers: it alone writes them, for as long as it runs.</summary>
    public long[] Mine
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var all = _ofThreads;
            var slot = ThreadSlot.Current;
            return (uint)slot < (uint)all.Length && all[slot] is { } mine ? mine : Make(slot);
        }
    }

    /// <summary>Adds to a counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int cell, long amount) => Mine[cell] += amount;

    /// <summary>A counter as all threads have it; those that count meanwhile may be in it or not. Never less than before, if nothing less is added.</summary>
    public long Sum(int cell)
    {
        var sum = 0L;
        foreach (var numbers in _ofThreads)
        {
            sum += numbers is null ? 0 : Volatile.Read(ref numbers[cell]);
        }

        return sum;
    }

    private long[] Make(int slot)
    {
        lock (_gate)
        {
            var all = _ofThreads;
            if (slot >= all.Length)
            {
                Array.Resize(ref all, Math.Max(slot + 1, all.Length * 2));
            }
            else
            {
                all = [.. all];
            }

            var mine = all[slot] = new long[cells + Padding];
            _ofThreads = all;
            return mine;
        }
    }
}
