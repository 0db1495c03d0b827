using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// The places for connections: so many at once, so many of one address, and so many new ones in a second. The router has them, and within these each listener with limits of its own. Any thread.
/// </summary>
internal sealed class Places
{
    private readonly LiveBounds _bounds;
    private readonly AddressTable _addresses;
    private readonly TimeProvider _time;
    private readonly Lock _joinsGate = new();   // LOCKS.md: nothing is taken under it
    private TokenBucket _joins;
    private int? _joinsPerSecond;               // of that bucket: by another limit it begins anew, full
    private int _taken;

    /// <param name="bounds">How many there are.</param>
    /// <param name="addresses">Counts those of each address.</param>
    /// <param name="time">The clock.</param>
    public Places(LiveBounds bounds, AddressTable addresses, TimeProvider time) => (_bounds, _addresses, _time) = (bounds, addresses, time);

    /// <summary>How many are taken; for a moment also by somebody who finds that there is none for him.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes one; where it is granted, <see cref="GiveBack"/> must follow, once.</summary>
    /// <param name="address">Whom it counts for; null for nobody.</param>
    /// <param name="isJoin">Whether a session will come of it.</param>
    public Room TryTake(AddressBlock? address, bool isJoin)
    {
        var limits = _bounds.Current.Entry;
        var room = Interlocked.Increment(ref _taken) > limits.Connections ? Room.Full
            : address is { } known ? _addresses.TryEnter(known, isJoin, limits)
            : Room.Granted;
        if (room != Room.Granted)
        {
            GiveBack(address: null);
        }
        else if (isJoin && limits.Joins is { } perSecond && !TryJoin(perSecond))
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

    private bool TryJoin(int perSecond)
    {
        lock (_joinsGate)
        {
            var now = _time.GetTimestamp();
            if (perSecond != _joinsPerSecond)
            {
                (_joinsPerSecond, _joins) = (perSecond, EntryLimits.Bucket(perSecond, now));
            }

            return _joins.TryTakeOne(now, _time);
        }
    }
}
