using System.Diagnostics.CodeAnalysis;
using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// The slow ticket checks that wait, and who is next: one network after the other, and of a network one address after the other, whatever each has waiting. Addresses from which somebody has
/// logged in lately go before those that nothing is known of, and these before those where a login has failed. Not safe on several threads.
/// </summary>
/// <remarks>
/// A failure costs twice. The address: its checks are spaced by a delay that grows. The user's name: whoever claims it next waits that long, but all of them at the same
/// time, so that an attack on a name costs its owner <see cref="WampSessionOptions.FailedLoginMaxDelay"/> and no more; nothing, where he has logged in from his address lately.
/// </remarks>
internal sealed class TicketQueue(WampSessionOptions options, TimeProvider time)
{
    private readonly Dictionary<AddressBlock, Lane> _lanes = [];
    private readonly Dictionary<AddressBlock, Network> _networks = [];      // those that have a lane
    private readonly Lane _unknown = new(new Network());    // those whose address is not known: one lane, without delays
    private readonly RecentLogins<AddressBlock> _failed = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private readonly RecentLogins<AddressBlock> _welcome = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private readonly RecentLogins<int> _contested = new(options.RememberedLogins, options.FailedLoginMemory, time);
    private long _turns;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>All that wait.</summary>
    public IEnumerable<TicketCheck> All => _lanes.Values.Append(_unknown).SelectMany(lane => lane.Waiting);

    /// <summary>Puts a check in the queue.</summary>
    /// <param name="check">The check.</param>
    /// <param name="room">How many may be in it.</param>
    /// <param name="refused">Who finds no place in it: the newest check of the address that has most of them waiting; that may be <paramref name="check"/> itself. Null where there is room.</param>
    /// <param name="limit">The setting that says so.</param>
    public void Add(TicketCheck check, int room, out TicketCheck? refused, out string? limit)
    {
        (refused, limit) = (null, null);
        var lane = LaneOf(check);
        if (check.From is not null && lane.Waiting.Count >= options.TicketChecksPerAddress)
        {
            (refused, limit) = (check, nameof(options.TicketChecksPerAddress));
            return;
        }

        check.NotBefore = time.GetTimestamp() + (check.From is { } from && _welcome[from] > 0 ? 0 : DelayAfter(_contested[check.Whom]));
        lane.Waiting.AddLast(check);
        Count++;
        if (Count > room)
        {
            limit = nameof(options.QueuedTicketChecks);
            var longest = _lanes.Values.Append(_unknown).MaxBy(other => other.Waiting.Count)!;
            refused = longest.Waiting.Count > lane.Waiting.Count ? longest.Waiting.Last!.Value : check;
            Remove(refused);
        }
    }

    /// <summary>Takes the next check out of the queue that may be made now.</summary>
    /// <param name="check">The check.</param>
    /// <param name="wait">Where there is none: how long until there may be; null where none waits.</param>
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
                    break;      // the first of its lane that may go
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

    /// <summary>Takes a check out that nobody waits for any more, if it is still there.</summary>
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

    /// <summary>Takes note of how a check ended.</summary>
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

    /// <summary>What so many failures cost, in units of the clock: each doubles it.</summary>
    private long DelayAfter(int failures)
    {
        if (failures == 0)
        {
            return 0;
        }

        var delay = options.FailedLoginDelay.TotalSeconds * Math.Pow(2, failures - 1);
        return (long)(Math.Min(delay, options.FailedLoginMaxDelay.TotalSeconds) * time.TimestampFrequency);
    }

    /// <summary>What one address has waiting.</summary>
    private sealed class Lane(Network network)
    {
        public LinkedList<TicketCheck> Waiting { get; } = new();

        public Network Network { get; } = network;

        public long NotBefore { get; set; }

        /// <summary>Lower is next.</summary>
        public int Rank { get; set; } = 1;

        /// <summary>When it last was, in turns.</summary>
        public long Turn { get; set; }

        /// <summary>First by rank, then whose network, then who has waited longest for a turn.</summary>
        public bool GoesBefore(Lane other) => (Rank, Network.Turn, Turn).CompareTo((other.Rank, other.Network.Turn, other.Turn)) < 0;
    }

    /// <summary>The lanes of one network: so many addresses as somebody may have in it, he has no more than any other.</summary>
    private sealed class Network
    {
        public int Lanes { get; set; }

        public long Turn { get; set; }
    }
}
