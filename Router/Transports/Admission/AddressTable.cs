using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// What comes from each address: connections, handshakes under way, joins in a second. An address without any of these is forgotten, at the latest when the heartbeat finds its bucket full
/// again, and where there are very many at once: then they have the bucket of a newcomer. Any thread.
/// </summary>
/// <param name="bounds">What is allowed.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressTable(LiveBounds bounds, TimeProvider time)
{
    /// <summary>Addresses that are remembered for nothing but their joins.</summary>
    public const int MostIdle = 65_536;

    private readonly Lock _gate = new();    // LOCKS.md: nothing is taken under it
    private readonly Dictionary<AddressBlock, Traffic> _byAddress = [];
    private int _idle;

    /// <summary>Addresses that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byAddress.Count;
            }
        }
    }

    /// <summary>Takes a place for a connection.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="isJoin">Whether a session will come of it.</param>
    /// <param name="limits">The version by which the whole decision is made.</param>
    public Room TryEnter(AddressBlock address, bool isJoin, EntryLimits limits)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var traffic = Find(address, now, limits);
            var room = traffic.Connections >= limits.ConnectionsOfAddress && limits.LimitsConnections(address) ? Room.FullForAddress
                : isJoin && limits.LimitsJoins(address) && !traffic.Joins.TryTakeOne(now, time) ? Room.TooFastForAddress
                : Room.Granted;
            traffic.Connections += room == Room.Granted ? 1 : 0;
            Settle(traffic);
            return room;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(AddressBlock address)
    {
        lock (_gate)
        {
            var traffic = _byAddress[address];
            traffic.Connections--;
            Settle(traffic);
        }
    }

    /// <summary>Notes that a handshake begins.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="limits">The version by which the whole decision is made.</param>
    public Room TryBeginHandshake(AddressBlock address, EntryLimits limits)
    {
        lock (_gate)
        {
            var traffic = Find(address, time.GetTimestamp(), limits);
            var room = traffic.Handshakes >= limits.HandshakesOfAddress && limits.LimitsConnections(address) ? Room.TooManyHandshakesOfAddress : Room.Granted;
            traffic.Handshakes += room == Room.Granted ? 1 : 0;
            Settle(traffic);
            return room;
        }
    }

    /// <summary>Notes that it has ended, one way or the other.</summary>
    public void EndHandshake(AddressBlock address)
    {
        lock (_gate)
        {
            var traffic = _byAddress[address];
            traffic.Handshakes--;
            Settle(traffic);
        }
    }

    /// <summary>Notes what an address has sent, of which there is a connection; nothing where that is not limited, or the address not known.</summary>
    /// <returns>How long to wait until more may come.</returns>
    public TimeSpan Charge(AddressBlock? address, int messages, long bytes)
    {
        var (entry, pace) = bounds.Current;
        if (address is not { } known || !pace.OfAddress.AreLimited)
        {
            return TimeSpan.Zero;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var traffic = Find(known, now, entry);
            Settle(traffic);
            if (traffic.Rates is null || traffic.Pace != pace)
            {
                (traffic.Rates, traffic.Pace) = (new RateBuckets(pace.OfAddress, pace.Burst, now), pace);
            }

            return traffic.Rates.Charge(messages, bytes, now, time);
        }
    }

    /// <summary>Forgets addresses of which nothing is left. Called by the heartbeat.</summary>
    public void Sweep(long now)
    {
        lock (_gate)
        {
            if (_idle > 0)
            {
                Forget(traffic => traffic.Joins.IsFull(now, time) && traffic.Rates?.AreFull(now, time) is not false);
            }
        }
    }

    private Traffic Find(AddressBlock address, long now, EntryLimits limits)
    {
        if (!_byAddress.TryGetValue(address, out var traffic))
        {
            if (_idle >= MostIdle)
            {
                Forget(static _ => true);
            }

            traffic = new Traffic();
            _byAddress.Add(address, traffic);
        }

        if (traffic.JoinsPerSecond != limits.JoinsOfAnAddressPerSecond)
        {
            (traffic.JoinsPerSecond, traffic.Joins) = (limits.JoinsOfAnAddressPerSecond, EntryLimits.Bucket(limits.JoinsOfAnAddressPerSecond, now));
        }

        return traffic;
    }

    private void Settle(Traffic traffic)
    {
        var isIdle = traffic is { Connections: 0, Handshakes: 0 };
        _idle += isIdle == traffic.IsIdle ? 0 : isIdle ? 1 : -1;
        traffic.IsIdle = isIdle;
    }

    private void Forget(Func<Traffic, bool> which)
    {
        foreach (var (address, traffic) in _byAddress)
        {
            if (traffic.IsIdle && which(traffic))
            {
                _byAddress.Remove(address);     // of a dictionary, allowed while it is walked
                _idle--;
            }
        }
    }

    private sealed class Traffic
    {
        /// <summary>Its joins. A field, because it changes itself.</summary>
        public TokenBucket Joins;

        /// <summary>For how many in a second that is; 0: it is new. By another limit it begins anew, full.</summary>
        public int JoinsPerSecond { get; set; }

        /// <summary>What it may send; from the first time on that it is charged.</summary>
        public RateBuckets? Rates { get; set; }

        /// <summary>By which limits that is, likewise.</summary>
        public PaceLimits? Pace { get; set; }

        public int Connections { get; set; }

        public int Handshakes { get; set; }

        /// <summary>Whether it is counted as one without connections and handshakes.</summary>
        public bool IsIdle { get; set; }
    }
}
