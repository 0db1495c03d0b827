using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Storage;

/// <summary>Reads histories as tests want them: all at once, as objects.</summary>
internal static class HistoryReadings
{
    /// <summary>Reads to the end, however many turns that takes.</summary>
    public static async Task<(HistoryReading Reading, IReadOnlyList<StoredEvent> Events)> ReadAllAsync(this IEventHistory history, EventHistoryQuery query, ListedPage? page = null)
    {
        page ??= new ListedPage();
        var reading = new HistoryReading(query, page);
        while (!reading.IsOver)
        {
            reading.BeginTurn();
            await history.ReadAsync(reading).Soon();
        }

        return (reading, page.Events);
    }
}

/// <summary>A page that keeps the events themselves, up to a size.</summary>
internal sealed class ListedPage(long maxBytes = long.MaxValue) : IHistoryPage
{
    public List<StoredEvent> Events { get; } = [];

    public int Count => Events.Count;

    public bool HasRoomFor(long bytes) => Count == 0 || Events.Sum(stored => (long)stored.SizeInBytes) + bytes <= maxBytes;

    public bool TryTake(StoredEvent stored)
    {
        Events.Add(stored);
        return true;
    }
}
