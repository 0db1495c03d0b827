using WampRouter.Realms.Events;

namespace WampRouter.Realms.History;

/// <summary>
/// A reading of a history while it goes on: which events are wanted, who takes them, and where it stands. It can be interrupted after any event and go on later, from a
/// place that stays the same whatever comes and goes meanwhile. One thread at a time, but for <see cref="Stop"/>.
/// </summary>
internal sealed class HistoryReading(EventHistoryQuery query, IHistoryPage page)
{
    /// <summary>Events that one turn looks at: some milliseconds, however few of them are wanted.</summary>
    public const int EventsPerTurn = 4_096;

    private readonly byte[]? _topic = query.Topic is null ? null : System.Text.Encoding.UTF8.GetBytes(query.Topic);
    private long _first;        // the places that are still to be looked at, from the first to the last
    private long _last = -1;
    private int _looked;        // in this turn
    private volatile bool _isStopped;

    /// <summary>What is asked for.</summary>
    public EventHistoryQuery Query { get; } = query;

    /// <summary>Whether it is known which places are meant. False before its first turn.</summary>
    public bool IsLocated { get; private set; }

    /// <summary>The first place that is still to be looked at, in the order of arrival.</summary>
    public long First => _first;

    /// <summary>The last one.</summary>
    public long Last => _last;

    /// <summary>Whether nothing more is to be looked at: the page is full, or the history at its end.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether an event that is wanted found no room.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The condition that names a publication which is not in the history: nothing is found then. Null: there is none such.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Whether this turn looks at one more event.</summary>
    public bool LooksOn => !IsOver && !_isStopped && _looked < EventsPerTurn;

    /// <summary>Whether nobody waits for it any more. Any thread.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Says which places are meant: those from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public void Locate(long first, long last)
    {
        IsLocated = true;
        (_first, _last) = (first, last);
        IsOver = first > last;
    }

    /// <summary>A condition names what is not there.</summary>
    public void Fail(string condition)
    {
        Unknown = condition;
        IsOver = true;
    }

    /// <summary>Another turn begins.</summary>
    public void BeginTurn() => _looked = 0;

    /// <summary>Nobody waits for it any more: it looks at no further event. Any thread.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>There is nothing behind the place it stands at.</summary>
    public void End() => IsOver = true;

    /// <summary>Whether an event meets the conditions that are not about its place, as far as its publisher and the reader's permissions do not keep it from him.</summary>
    public bool Wants(DateTimeOffset time, byte[] topic, ReceiverFilter? receivers) =>
        !(time < Query.FromTime || time <= Query.AfterTime || time >= Query.BeforeTime || time > Query.UntilTime)
        && (_topic is null || topic.AsSpan().SequenceEqual(_topic))
        && Query.Admits?.Invoke(topic, receivers) is not false;

    /// <summary>Whether there is room for an event that is wanted. Where not, the reading is over.</summary>
    public bool HasRoomFor(long bytes) => page.HasRoomFor(bytes) || Overflow();

    /// <summary>Takes an event that is wanted; the reading goes on behind it.</summary>
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

    /// <summary>Goes on behind an event.</summary>
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
