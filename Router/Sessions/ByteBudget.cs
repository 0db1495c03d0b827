namespace WampRouter.Sessions;

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

    /// <summary>Whether somebody may hold so much, in whatever unit, where little is left: no more than a sixteenth of that, so that there is something for everybody who needs little.</summary>
    public static bool IsLittle(long held, long left) => held <= left / ShareOfTheRest;

    /// <summary>Reserves room for a frame, or refuses.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) <= CapacityBytes)
        {
            return true;
        }

        Interlocked.Add(ref _reserved, -bytes);
        return false;
    }

    /// <summary>
    /// Reserves room for somebody who has <paramref name="held"/> bytes of it already, or refuses: once half is used, nobody may hold more than a part of what is left. So whoever takes much is
    /// refused first, however many there are, and somebody who needs little finds room.
    /// </summary>
    public bool TryReserve(long bytes, long held)
    {
        var left = CapacityBytes - Interlocked.Add(ref _reserved, bytes);
        if (left >= CapacityBytes / 2 || IsLittle(held + bytes, left))
        {
            return true;
        }

        Interlocked.Add(ref _reserved, -bytes);
        return false;
    }

    /// <summary>Counts bytes that the transport already holds; cannot be refused.</summary>
    public void Charge(long bytes) => Interlocked.Add(ref _reserved, bytes);

    /// <summary>Gives back what was reserved or charged.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _reserved, -bytes);
}
