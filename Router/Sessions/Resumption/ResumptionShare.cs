using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// One principal's share of what all resumable sessions have together: places for sessions without a connection, and kept bytes. Any thread.
/// </summary>
/// <remarks>
/// A principal has a bound of its own. Besides, it gets some of the last quarter of the places or bytes only while it has little compared with what is left (<see cref="ByteBudget.MostUsed"/>). So a
/// few principals that take all they can get leave something for the others.
/// </remarks>
/// <param name="key">The principal, and its realm.</param>
/// <param name="bytes">What all principals may keep together.</param>
/// <param name="mostBytes">What this principal may keep: <see cref="MostBytes"/>.</param>
internal sealed class ResumptionShare((string Realm, string Principal) key, ByteBudget bytes, long mostBytes)
{
    private const int Quarter = 4;

    private long _mostBytes = mostBytes;
    private long _bytes;
    private int _detached;

    /// <summary>The principal, and its realm.</summary>
    public (string Realm, string Principal) Key { get; } = key;

    /// <summary>How many sessions use it; under the lock of <see cref="ResumptionShares"/>.</summary>
    public int Holders { get; set; }

    /// <summary>What this principal may keep, in bytes. A lower bound takes nothing away that is kept.</summary>
    public long MostBytes
    {
        get => Volatile.Read(ref _mostBytes);
        set => Volatile.Write(ref _mostBytes, value);
    }

    /// <summary>Bytes kept now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Sessions without a connection now.</summary>
    public int Detached => Volatile.Read(ref _detached);

    /// <summary>How much of a total may be in use before a principal that already has this much gets more.</summary>
    public static long MostUsedFor(long has, long total) => ByteBudget.MostUsed(total, total / Quarter, has);

    /// <summary>Reserves room for kept bytes, or refuses.</summary>
    public bool TryReserve(long size)
    {
        var mine = Interlocked.Add(ref _bytes, size);
        var capacity = bytes.CapacityBytes;
        if (mine <= MostBytes && bytes.TryReserveWithin(Math.Min(capacity, MostUsedFor(mine - size, capacity) + size), size))
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -size);
        return false;
    }

    /// <summary>Gives back what was reserved.</summary>
    public void Release(long size)
    {
        bytes.Release(size);
        Interlocked.Add(ref _bytes, -size);
    }

    /// <summary>Counts one more session without a connection.</summary>
    /// <returns>How many the principal has then.</returns>
    public int Detach() => Interlocked.Increment(ref _detached);

    /// <summary>Counts one session less without a connection.</summary>
    public void Attach() => Interlocked.Decrement(ref _detached);
}
