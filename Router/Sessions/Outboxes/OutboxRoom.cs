namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// How much may wait for one peer whose transport is behind: up to a bound of its own, and of what all such peers share. Nothing is counted while the transport keeps
/// up, so a router whose peers do shares no counter between its threads.
/// </summary>
/// <remarks>A mutable struct inside its outbox, under the lock of that.</remarks>
internal struct OutboxRoom(ByteBudget budget, int capacityBytes)
{
    /// <summary>What part of the capacity is kept for frames that must not be lost: others may not fill all of it, or the next answer would end the session.</summary>
    private const int ReservedShare = 8;

    /// <summary>What a peer that is behind may always hold, whatever others hold: without it peers that do not read would end those that are a moment late.</summary>
    private const int MostOfItsOwn = 16 * 1024;

    private readonly int _bytesOfItsOwn = Math.Min(MostOfItsOwn, capacityBytes / ReservedShare);

    /// <summary>The bound for frames that must not be lost.</summary>
    public int CapacityBytes { get; } = capacityBytes;

    /// <summary>The bound for all others.</summary>
    public int ExpendableBytes { get; } = capacityBytes - (capacityBytes / ReservedShare);

    /// <summary>What of it the budget counts.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Takes room for a frame, while the transport is behind; or there is none.</summary>
    /// <param name="size">Of the frame.</param>
    /// <param name="waiting">Bytes that would wait then, those not counted that the transport has already.</param>
    /// <param name="capacity">One of the two bounds.</param>
    public bool TryTake(int size, long waiting, int capacity)
    {
        if (waiting > capacity || !TryReserve(size, isItsOwn: waiting <= _bytesOfItsOwn))
        {
            return false;
        }

        HeldBytes += size;
        return true;
    }

    /// <summary>The transport has these and is behind with them: they count until they are taken.</summary>
    public void Charge(long bytes)
    {
        budget.Charge(bytes);
        HeldBytes += bytes;
    }

    /// <summary>Gives all of it back.</summary>
    public void Release()
    {
        budget.Release(HeldBytes);
        HeldBytes = 0;
    }

    private readonly bool TryReserve(int size, bool isItsOwn)
    {
        if (!isItsOwn)
        {
            return budget.TryReserve(size, HeldBytes);
        }

        budget.Charge(size);
        return true;
    }
}
