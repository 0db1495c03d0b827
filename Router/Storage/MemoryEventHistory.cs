using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;

namespace WampRouter.Storage;

/// <summary>A history that ends with the process. Events are numbered as they come; the number is an event's place.</summary>
internal sealed class MemoryEventHistory(HistorySettings settings, TimeProvider time) : IEventHistory
{
    private readonly Lock _changes = new();      // the last in every chain: nothing is taken under it
    private readonly Dictionary<ulong, long> _places = [];      // by publication
    private readonly List<StoredEvent?> _events = [];           // those that were forgotten leave nulls at the front, until there are many
    private HistorySettings _settings = settings;
    private HistoryVolume _volume;
    private int _forgotten;
    private long _first;                                        // the place of _events[0]

    /// <inheritdoc />
    public void Apply(HistorySettings settings)
    {
        lock (_changes)
        {
            _settings = settings;
            ForgetExcess();
        }
    }

    /// <inheritdoc />
    public HistoryVolume Volume
    {
        get
        {
            lock (_changes)
            {
                ForgetExcess();
                return _volume;
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>The memory goes with the last reference.</remarks>
    public void Dispose()
    {
    }

    /// <inheritdoc />
    public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt)
    {
        lock (_changes)
        {
            _places[stored.Publication] = _first + _events.Count;
            _events.Add(stored);
            _volume = _volume.With(stored.MemoryInBytes);
            ForgetExcess();
        }

        return true;
    }

    /// <inheritdoc />
    public Task ReadAsync(HistoryReading reading)
    {
        var (first, events) = Look(reading);
        for (var i = 0; i < events.Length && reading.LooksOn; i++)
        {
            var index = reading.Query.Reverse ? events.Length - 1 - i : i;
            var (place, stored) = (first + index, events[index]);
            if (!reading.Wants(stored.Time, stored.Topic, stored.Receivers))
            {
                reading.Pass(place);
            }
            else if (reading.HasRoomFor(stored.SizeInBytes))
            {
                reading.Take(place, stored);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The events of one turn, in the order of arrival, and the place of the first.</summary>
    private (long First, StoredEvent[] Events) Look(HistoryReading reading)
    {
        lock (_changes)
        {
            ForgetExcess();
            if (!reading.IsLocated)
            {
                Locate(reading);
            }

            var (first, end) = (Math.Max(reading.First, _first + _forgotten), reading.Last + 1);
            if (reading.IsOver || first >= end)
            {
                reading.End();
                return (0, []);
            }

            var count = (int)Math.Min(end - first, HistoryReading.EventsPerTurn);
            first = reading.Query.Reverse ? end - count : first;
            var events = new StoredEvent[count];
            _events.CopyTo((int)(first - _first), events!, 0, count);
            return (first, events);
        }
    }

    private void Locate(HistoryReading reading)
    {
        var query = reading.Query;
        foreach (var (condition, publication) in query.Publications)
        {
            if (!_places.ContainsKey(publication))
            {
                reading.Fail(condition);
                return;
            }
        }

        var last = _first + _events.Count - 1;
        reading.Locate(
            Math.Max(PlaceOf(query.FromPublication) ?? 0, PlaceOf(query.AfterPublication) + 1 ?? 0),
            Math.Min(PlaceOf(query.BeforePublication) - 1 ?? last, PlaceOf(query.UntilPublication) ?? last));

        long? PlaceOf(ulong? publication) => publication is { } id ? _places[id] : null;
    }

    private void ForgetExcess()
    {
        var now = time.GetUtcNow();
        while (_forgotten < _events.Count && _events[_forgotten] is { } oldest && (_volume.Exceeds(_settings) || now - oldest.Time > _settings.MaxAge))
        {
            _volume = _volume.Without(oldest.MemoryInBytes);
            _places.Remove(oldest.Publication);
            _events[_forgotten++] = null;
        }

        if (_forgotten > _events.Count / 2)
        {
            _events.RemoveRange(0, _forgotten);
            (_first, _forgotten) = (_first + _forgotten, 0);
        }
    }
}
