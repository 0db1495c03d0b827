using WampRouter.Realms.Events;

namespace WampRouter.Realms.History;

/// <summary>
/// The state of a reading of a history: which events are wanted, what takes them, and how far it is. It can stop after any event and go on later; places in the
/// history do not change when events are added or removed. One thread at a time, except <see cref="Stop"/>.
/// </summary>
internal sealed class HistoryReading(EventHistoryQuery query, IHistoryPage page)
{
    /// <summary>How many events one turn looks at, wanted or not; takes some milliseconds.</summary>
    public const int EventsPerTurn = 4_096;

    private readonly byte[]? _topic = query.Topic is null ? null : System.Text.Encoding.UTF8.GetBytes(query.Topic);
    private long _first;        // the first and the last place that are still to be looked at
    private long _last = -1;
    private int _looked;        // how many events, in this turn
    private volatile bool _isStopped;

    /// <summary>The conditions.</summary>
    public EventHistoryQuery Query { get; } = query;

    /// <summary>Whether <see cref="Locate"/> was called, so that the places are known. False before the first turn.</summary>
    public bool IsLocated { get; private set; }

    /// <summary>The first place that is still to be looked at, in the order of arrival.</summary>
    public long First => _first;

    /// <summary>The last place that is still to be looked at.</summary>
    public long Last => _last;

    /// <summary>Whether the reading is complete: the page is full, or no events are left.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether a wanted event found no room on the page.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The condition that names a publication which is not in the history; no event is then returned. Null if there is no such condition.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Whether this turn may look at one more event.</summary>
    public bool LooksOn => !IsOver && !_isStopped && _looked < EventsPerTurn;

    /// <summary>Whether it was stopped, because nobody waits for its result. Any thread.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Sets the places to look at: from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public void Locate(long first, long last)
    {
        IsLocated = true;
        (_first, _last) = (first, last);
        IsOver = first > last;
    }

    /// <summary>Ends the reading, because a condition names a publication that is not in the history.</summary>
    public void Fail(string condition)
    {
        Unknown = condition;
        IsOver = true;
    }

    /// <summary>Begins another turn.</summary>
    public void BeginTurn() => _looked = 0;

    /// <summary>Stops the reading, because nobody waits for its result. Any thread.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Ends the reading, because no events are left.</summary>
    public void End() => IsOver = true;

    /// <summary>Whether an event meets all conditions that are not about its place, and the reader may have it (<see cref="EventHistoryQuery.Admits"/>).</summary>
    public bool Wants(DateTimeOffset time, byte[] topic, ReceiverFilter? receivers) =>
        !(time < Query.FromTime || time <= Query.AfterTime || time >= Query.BeforeTime || time > Query.UntilTime)
        && (_topic is null || topic.AsSpan().SequenceEqual(_topic))
        && Query.Admits?.Invoke(topic, receivers) is not false;

    /// <summary>Whether there is room for a wanted event. If not, the reading is over.</summary>
    public bool HasRoomFor(long bytes) => page.HasRoomFor(bytes) || Overflow();

    /// <summary>Takes a wanted event, and moves on.</summary>
    public void Take(long place, StoredEvent stored)
    {
        if (page.TryTake(stored))
        {
            Pass(place);
            IsOver |= page.Count >= Query.Limit;
        }
        else
        {
            Overflow();
        }
    }

    /// <summary>Moves past an event.</summary>
    public void Pass(long place)
    {
        _looked++;
        if (Query.Reverse)
        {
            _last = place - 1;
        }
        else
        {
            _first = place + 1;
        }

        IsOver |= _first > _last;
    }

    private bool Overflow()
    {
        IsOver = HasMore = true;
        return false;
    }
}
