using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// The places for connections: so many at once, so many of one address, and so many new ones in a second. The router has them, and within these each listener with limits of its own. Any thread.
/// </summary>
internal sealed class Places
{
    private readonly EntryLimits _limits;
    private readonly AddressTable _addresses;
    private readonly TimeProvider _time;
    private readonly Lock _joinsGate = new();   // LOCKS.md: nothing is taken under it
    private TokenBucket _joins;
    private int _taken;

    public Places(EntryLimits limits, AddressTable addresses, TimeProvider time)
    {
        (_limits, _addresses, _time) = (limits, addresses, time);
        _joins = EntryLimits.Bucket(limits.Joins ?? 1, time.GetTimestamp());
    }

    /// <summary>How many are taken; for a moment also by somebody who finds that there is none for him.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes one; where it is granted, <see cref="GiveBack"/> must follow, once.</summary>
    /// <param name="address">Whom it counts for; null for nobody.</param>
    /// <param name="isJoin">Whether a session will come of it.</param>
    public Room TryTake(AddressBlock? address, bool isJoin)
    {
        var room = Interlocked.Increment(ref _taken) > _limits.Connections ? Room.Full
            : address is { } known ? _addresses.TryEnter(known, isJoin)
            : Room.Granted;
        if (room != Room.Granted)
        {
            GiveBack(address: null);
        }
        else if (isJoin && _limits.Joins is not null && !TryJoin())
        {
            GiveBack(address);
            room = Room.TooFast;
        }

        return room;
    }

    /// <summary>Gives one back.</summary>
    public void GiveBack(AddressBlock? address)
    {
        if (address is { } known)
        {
            _addresses.Leave(known);
        }

        Interlocked.Decrement(ref _taken);
    }

    private bool TryJoin()
    {
        lock (_joinsGate)
        {
            return _joins.TryTakeOne(_time.GetTimestamp(), _time);
        }
    }
}
