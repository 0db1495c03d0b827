using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// What one principal has of that which all sessions that can be resumed share: places without a connection, and kept bytes. Any thread.
/// </summary>
/// <remarks>
/// Beside the bound of its own, a principal gets nothing of the last quarter of either unless it has little of what is left (<see cref="ByteBudget.MostUsed"/>). So a few who take all they can get
/// cannot use up what is there for the rest.
/// </remarks>
/// <param name="key">Whose it is: a principal of a realm.</param>
/// <param name="bytes">What all of them may keep together.</param>
/// <param name="mostBytes">What this one may keep.</param>
internal sealed class ResumptionShare((string Realm, string Principal) key, ByteBudget bytes, long mostBytes)
{
    private const int Quarter = 4;

    private long _bytes;
    private int _detached;

    /// <summary>Whose it is.</summary>
    public (string Realm, string Principal) Key { get; } = key;

    /// <summary>Sessions that hold it; under the lock of <see cref="ResumptionShares"/>.</summary>
    public int Holders { get; set; }

    /// <summary>Bytes kept now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Sessions without a connection now.</summary>
    public int Detached => Volatile.Read(ref _detached);

    /// <summary>How much of a total may be used already where a principal that has so much gets more.</summary>
    public static long MostUsedFor(long has, long total) => ByteBudget.MostUsed(total, total / Quarter, has);

    /// <summary>Reserves room, or refuses.</summary>
    public bool TryReserve(long size)
    {
        var mine = Interlocked.Add(ref _bytes, size);
        if (mine <= mostBytes && bytes.TryReserveWithin(Math.Min(bytes.CapacityBytes, MostUsedFor(mine - size, bytes.CapacityBytes) + size), size))
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
    /// <returns>How many there are.</returns>
    public int Detach() => Interlocked.Increment(ref _detached);

    /// <summary>Counts one less.</summary>
    public void Attach() => Interlocked.Decrement(ref _detached);
}
