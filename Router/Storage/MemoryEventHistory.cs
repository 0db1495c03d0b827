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
            _volume = _volume.With(stored.MemoryInBytes);
            ForgetExcess();
        }

        return true;
    }

    /// <inheritdoc />
    public Task<HistoryExcerpt> ReadAsync(EventHistoryQuery query, CancellationToken cancellationToken)
    {
        StoredEvent[] events;
        lock (_changes)
        {
            ForgetExcess();
            events = [.. _events];
        }

        return Task.FromResult(Select(events, query));
    }

    private static HistoryExcerpt Select(StoredEvent[] events, EventHistoryQuery query)
    {
        foreach (var (condition, publication) in query.Publications)
        {
            if (PlaceOf(publication) < 0)
            {
                return new([], condition);
            }
        }

        var first = Math.Max(PlaceOf(query.FromPublication) ?? 0, PlaceOf(query.AfterPublication) + 1 ?? 0);
        var end = Math.Min(PlaceOf(query.BeforePublication) ?? events.Length, PlaceOf(query.UntilPublication) + 1 ?? events.Length);
        if (first >= end)
        {
            return new([]);
        }

        var topic = query.Topic is null ? null : Encoding.UTF8.GetBytes(query.Topic);
        var found = events[first..end].Where(stored => Meets(stored, query, topic));
        return new([.. (query.Reverse ? found.Reverse() : found).Take(query.Limit ?? int.MaxValue)]);

        int? PlaceOf(ulong? publication) => publication is null ? null : Array.FindIndex(events, stored => stored.Publication == publication);
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
            _volume = _volume.Without(_events.Dequeue().MemoryInBytes);
        }
    }
}
