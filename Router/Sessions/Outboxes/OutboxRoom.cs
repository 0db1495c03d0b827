namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// How much may wait for one peer whose transport is behind: bounded by a capacity of its own and by the budget that all such peers share. Nothing is counted while the
/// transport keeps up, so a router whose peers keep up shares no counter between its threads.
/// </summary>
/// <remarks>A mutable struct inside its outbox, used under the outbox's lock.</remarks>
internal struct OutboxRoom(ByteBudget budget, int capacityBytes)
{
    /// <summary>One eighth of the capacity is kept for frames that must not be lost. If other frames could fill it, the next reply would end the session.</summary>
    private const int ReservedShare = 8;

    /// <summary>What a peer that is behind may always hold, in bytes. Without it, peers that never read could end the sessions of peers that are late only for a moment.</summary>
    private const int MostOfItsOwn = 16 * 1024;

    private readonly int _bytesOfItsOwn = Math.Min(MostOfItsOwn, capacityBytes / ReservedShare);

    /// <summary>The bound for frames that must not be lost.</summary>
    public int CapacityBytes { get; } = capacityBytes;

    /// <summary>The bound for all others.</summary>
    public int ExpendableBytes { get; } = capacityBytes - (capacityBytes / ReservedShare);

    /// <summary>The bytes that the budget counts for this peer.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Takes room for a frame while the transport is behind; false if there is none.</summary>
    /// <param name="size">Bytes of the frame.</param>
    /// <param name="waiting">Bytes that would then wait, without those that the transport already has.</param>
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

    /// <summary>Counts bytes that the transport has but has not sent; they count until <see cref="Release"/>.</summary>
    public void Charge(long bytes)
    {
        budget.Charge(bytes);
        HeldBytes += bytes;
    }

    /// <summary>Gives everything back.</summary>
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
