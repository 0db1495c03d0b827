using System.Text;
using WampRouter.Realms.History;

namespace WampRouter.Storage;

/// <summary>A history that ends with the process.</summary>
internal sealed class MemoryEventHistory(HistorySettings settings, TimeProvider time) : IEventHistory
{
    private readonly Lock _changes = new();      // the last in every chain: nothing is taken under it
    private readonly Queue<StoredEvent> _events = [];
    private HistoryVolume _volume;

    /// <inheritdoc />
    public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt)
    {
        lock (_changes)
        {
            _events.Enqueue(stored);
            _volume = _volume.With(stored.SizeInBytes);
            ForgetExcess();
        }

        return true;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredEvent>> ReadAsync(EventHistoryQuery query, CancellationToken cancellationToken)
    {
        StoredEvent[] events;
        lock (_changes)
        {
            ForgetExcess();
            events = [.. _events];
        }

        return Task.FromResult(Select(events, query));
    }

    private static IReadOnlyList<StoredEvent> Select(StoredEvent[] events, EventHistoryQuery query)
    {
        var (first, end) = (0, events.Length);
        if (!TryNarrow(query.FromPublication, place => first = place)
            || !TryNarrow(query.AfterPublication, place => first = Math.Max(first, place + 1))
            || !TryNarrow(query.BeforePublication, place => end = place)
            || !TryNarrow(query.UntilPublication, place => end = Math.Min(end, place + 1))
            || first >= end)
        {
            return [];
        }

        var topic = query.Topic is null ? null : Encoding.UTF8.GetBytes(query.Topic);
        var found = events[first..end].Where(stored => Meets(stored, query, topic));
        return [.. (query.Reverse ? found.Reverse() : found).Take(query.Limit ?? int.MaxValue)];

        bool TryNarrow(ulong? publication, Action<int> narrow)
        {
            if (publication is null)
            {
                return true;
            }

            var place = Array.FindIndex(events, stored => stored.Publication == publication);
            if (place >= 0)
            {
                narrow(place);
            }

            return place >= 0;
        }
    }

    private static bool Meets(StoredEvent stored, EventHistoryQuery query, byte[]? topic) =>
        !(stored.Time < query.FromTime || stored.Time <= query.AfterTime || stored.Time >= query.BeforeTime || stored.Time > query.UntilTime)
        && (topic is null || stored.Topic.AsSpan().SequenceEqual(topic))
        && query.Admits?.Invoke(stored) is not false;

    private void ForgetExcess()
    {
        var now = time.GetUtcNow();
        while (_events.TryPeek(out var oldest) && (_volume.Exceeds(settings) || now - oldest.Time > settings.MaxAge))
        {
            _volume = _volume.Without(_events.Dequeue().SizeInBytes);
        }
    }
}
