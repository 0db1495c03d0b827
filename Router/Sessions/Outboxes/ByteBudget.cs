namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// What all those together may hold who each hold bytes for a peer. Any thread. Of the outboxes only a backlogged one touches its budget, so a
/// router whose peers keep up shares no counter between its threads.
/// </summary>
internal sealed class ByteBudget(long capacityBytes)
{
    /// <summary>What part of the rest one may hold, once half is used.</summary>
    private const int ShareOfTheRest = 16;

    private long _reserved;

    /// <summary>The bound in bytes.</summary>
    public long CapacityBytes { get; } = capacityBytes;

    /// <summary>Bytes reserved now.</summary>
    public long ReservedBytes => Volatile.Read(ref _reserved);

    /// <summary>
    /// How much of a total, in whatever unit, may be used where somebody holds so much of it: all but the <paramref name="last"/> of it, and that as long as what is held is no more than a sixteenth
    /// of what is left. So there is something for everybody who needs little.
    /// </summary>
    public static long MostUsed(long total, long last, long held) => total - Math.Min(last, ShareOfTheRest * held);

    /// <summary>Reserves room for a frame, or refuses.</summary>
    public bool TryReserve(long bytes) => TryReserveWithin(CapacityBytes, bytes);

    /// <summary>
    /// Reserves room for somebody who has <paramref name="held"/> bytes of it already, or refuses: once half is used, nobody may hold more than a part of what is left. So whoever takes much is
    /// refused first, however many there are, and somebody who needs little finds room.
    /// </summary>
    public bool TryReserve(long bytes, long held) => TryReserveWithin(MostUsed(CapacityBytes, CapacityBytes / 2, held + bytes), bytes);

    /// <summary>Reserves room where no more than <paramref name="most"/> bytes are reserved then. Who is refused takes no room from others, not even for a moment.</summary>
    public bool TryReserveWithin(long most, long bytes)
    {
        for (var before = Volatile.Read(ref _reserved); before <= most - bytes;)
        {
            var now = Interlocked.CompareExchange(ref _reserved, before + bytes, before);
            if (now == before)
            {
                return true;
            }

            before = now;
        }

        return false;
    }

    /// <summary>Counts bytes that the transport already holds; cannot be refused.</summary>
    public void Charge(long bytes) => Interlocked.Add(ref _reserved, bytes);

    /// <summary>Gives back what was reserved or charged.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _reserved, -bytes);
}
