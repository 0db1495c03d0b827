namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// A bound on the bytes that many holders, such as outboxes, hold for their peers together. Any thread. An outbox touches its budget only while it is backlogged, so a
/// router whose peers keep up shares no counter between its threads.
/// </summary>
internal sealed class ByteBudget(long capacityBytes)
{
    /// <summary>One holder may hold at most 1/16 of what is left, once half is used.</summary>
    private const int ShareOfTheRest = 16;

    private long _capacity = capacityBytes;
    private long _reserved;

    /// <summary>The bound in bytes. A lower one takes nothing from those who hold something: whoever wants more finds no room until enough was given back.</summary>
    public long CapacityBytes
    {
        get => Volatile.Read(ref _capacity);
        set => Volatile.Write(ref _capacity, value);
    }

    /// <summary>Bytes reserved now.</summary>
    public long ReservedBytes => Volatile.Read(ref _reserved);

    /// <summary>
    /// How much of a total may be in use, in any unit, after a holder with <paramref name="held"/> of it takes more. The last <paramref name="last"/> of the total is only for holders that hold
    /// no more than a sixteenth of what is left, so those that need little always find some.
    /// </summary>
    public static long MostUsed(long total, long last, long held) => total - Math.Min(last, ShareOfTheRest * held);

    /// <summary>Reserves room for a frame, or refuses.</summary>
    public bool TryReserve(long bytes) => TryReserveWithin(CapacityBytes, bytes);

    /// <summary>
    /// Reserves room for a holder that has <paramref name="held"/> bytes already, or refuses. Once half is used, no holder may have more than a sixteenth of what is left. So the holders that take
    /// much are refused first, however many they are, and one that needs little finds room.
    /// </summary>
    public bool TryReserve(long bytes, long held)
    {
        var capacity = CapacityBytes;
        return TryReserveWithin(MostUsed(capacity, capacity / 2, held + bytes), bytes);
    }

    /// <summary>Reserves room if no more than <paramref name="most"/> bytes are then reserved in total. A refused request takes no room from others, not even for a moment.</summary>
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
