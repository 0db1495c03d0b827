using System.Diagnostics.CodeAnalysis;
using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// The slow ticket checks that wait, and their order: networks take turns, and within a network its addresses do, however many checks each has. Addresses with a
/// recent successful login go first, then those of which nothing is known, then those with a recent failure. Not thread-safe.
/// </summary>
/// <remarks>
/// A failure has two effects. On the address: its checks are spaced by a growing delay. On the claimed user: the next checks of that user wait equally long, but all of them in
/// parallel, so an attack delays the real user by <see cref="WampSessionOptions.FailedLoginMaxDelay"/> at most, and not at all from an address with a recent successful login.
/// </remarks>
internal sealed class TicketQueue(WampSessionOptions options, TimeProvider time)
{
    private readonly Dictionary<AddressBlock, Lane> _lanes = [];
    private readonly Dictionary<AddressBlock, Network> _networks = [];      // only networks that have a lane
    private readonly Lane _unknown = new(new Network());    // checks whose address is not known: one lane, without delays
    private readonly RecentLogins<AddressBlock> _failed = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private readonly RecentLogins<AddressBlock> _welcome = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private readonly RecentLogins<int> _contested = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private WampSessionOptions _options = options;
    private long _turns;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many addresses and names are remembered for the delays.</summary>
    public int Remembered => _failed.Count + _welcome.Count + _contested.Count;

    /// <summary>All that wait.</summary>
    public IEnumerable<TicketCheck> All => _lanes.Values.Append(_unknown).SelectMany(lane => lane.Waiting);

    /// <summary>Other limits hold from now on. What waits stays in its place, with the delay that it has.</summary>
    public void Apply(WampSessionOptions options)
    {
        _options = options;
        _failed.Apply(options.RememberedLogins, options.FailedLoginMemory);
        _welcome.Apply(options.RememberedLogins, options.FailedLoginMemory);
        _contested.Apply(options.RememberedLogins, options.FailedLoginMemory);
    }

    /// <summary>The most of them, over the three tables that remember them.</summary>
    public static long MostRemembered(WampSessionOptions options) => 3L * options.RememberedLogins;

    /// <summary>Puts a check in the queue.</summary>
    /// <param name="check">The check.</param>
    /// <param name="room">How many checks may wait.</param>
    /// <param name="refused">The check that finds no place: the newest one of the address that has most of them; this can be <paramref name="check"/> itself. Null where there is room.</param>
    /// <param name="limit">The name of the setting that is reached.</param>
    public void Add(TicketCheck check, int room, out TicketCheck? refused, out string? limit)
    {
        (refused, limit) = (null, null);
        var lane = LaneOf(check);
        if (check.From is not null && lane.Waiting.Count >= _options.TicketChecksPerAddress)
        {
            (refused, limit) = (check, nameof(_options.TicketChecksPerAddress));
            return;
        }

        check.NotBefore = time.GetTimestamp() + (check.From is { } from && _welcome[from] > 0 ? 0 : DelayAfter(_contested[check.Whom]));
        lane.Waiting.AddLast(check);
        Count++;
        if (Count > room)
        {
            limit = nameof(_options.QueuedTicketChecks);
            var longest = _lanes.Values.Append(_unknown).MaxBy(other => other.Waiting.Count)!;
            refused = longest.Waiting.Count > lane.Waiting.Count ? longest.Waiting.Last!.Value : check;
            Remove(refused);
        }
    }

    /// <summary>Takes the next check that may run now out of the queue.</summary>
    /// <param name="check">The check.</param>
    /// <param name="wait">If none may run now: how long until one may; null where none waits.</param>
    public bool TryTake([NotNullWhen(true)] out TicketCheck? check, out TimeSpan? wait)
    {
        var now = time.GetTimestamp();
        var soonest = long.MaxValue;
        Lane? best = null;
        (check, wait) = (null, null);
        foreach (var lane in _lanes.Values.Append(_unknown))
        {
            foreach (var candidate in lane.Waiting)
            {
                var due = Math.Max(candidate.NotBefore, lane.NotBefore);
                soonest = Math.Min(soonest, due);
                if (due <= now)
                {
                    (best, check) = best is null || lane.GoesBefore(best) ? (lane, candidate) : (best, check);
                    break;      // only the first check of a lane that may run competes
                }
            }
        }

        if (check is null)
        {
            wait = Count == 0 ? null : time.GetElapsedTime(now, soonest);
            return false;
        }

        best!.Turn = best.Network.Turn = ++_turns;
        Remove(check);
        return true;
    }

    /// <summary>Takes a check out of the queue, if it is still there.</summary>
    public void Remove(TicketCheck check)
    {
        var lane = LaneOf(check);
        if (lane.Waiting.Remove(check))
        {
            Count--;
        }

        if (lane.Waiting.Count == 0 && check.From is { } from)
        {
            _lanes.Remove(from);
            if (--lane.Network.Lanes == 0)
            {
                _networks.Remove(from.Network);
            }
        }
    }

    /// <summary>Remembers the result of a check.</summary>
    public void Note(TicketCheck check, bool isRight)
    {
        if (!isRight)
        {
            _contested[check.Whom]++;
        }

        if (check.From is { } from)
        {
            _failed[from] = isRight ? 0 : _failed[from] + 1;
            _welcome[from] = isRight ? 1 : 0;
            if (_lanes.TryGetValue(from, out var lane))
            {
                Judge(lane, from);
            }
        }
    }

    private Lane LaneOf(TicketCheck check)
    {
        if (check.From is not { } from)
        {
            return _unknown;
        }

        if (!_lanes.TryGetValue(from, out var lane))
        {
            if (!_networks.TryGetValue(from.Network, out var network))
            {
                network = _networks[from.Network] = new Network { Turn = ++_turns };
            }

            network.Lanes++;
            lane = _lanes[from] = new Lane(network) { Turn = ++_turns };
            Judge(lane, from);
        }

        return lane;
    }

    private void Judge(Lane lane, AddressBlock from)
    {
        var failures = _failed[from];
        lane.Rank = failures > 0 ? 2 : _welcome[from] > 0 ? 0 : 1;
        lane.NotBefore = failures == 0 ? 0 : time.GetTimestamp() + DelayAfter(failures);
    }

    /// <summary>The delay after this many failures, in ticks of the clock; each failure doubles it.</summary>
    private long DelayAfter(int failures)
    {
        if (failures == 0)
        {
            return 0;
        }

        var delay = _options.FailedLoginDelay.TotalSeconds * Math.Pow(2, failures - 1);
        return (long)(Math.Min(delay, _options.FailedLoginMaxDelay.TotalSeconds) * time.TimestampFrequency);
    }

    /// <summary>The checks of one address that wait.</summary>
    private sealed class Lane(Network network)
    {
        public LinkedList<TicketCheck> Waiting { get; } = new();

        public Network Network { get; } = network;

        public long NotBefore { get; set; }

        /// <summary>The lowest goes first.</summary>
        public int Rank { get; set; } = 1;

        /// <summary>The number of its last turn.</summary>
        public long Turn { get; set; }

        /// <summary>Compares by rank, then by the network's last turn, then by the lane's last turn.</summary>
        public bool GoesBefore(Lane other) => (Rank, Network.Turn, Turn).CompareTo((other.Rank, other.Network.Turn, other.Turn)) < 0;
    }

    /// <summary>The lanes of one network. They share its turns, so a client with many addresses in one network gains nothing.</summary>
    private sealed class Network
    {
        public int Lanes { get; set; }

        public long Turn { get; set; }
    }
}
