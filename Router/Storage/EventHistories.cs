using WampRouter.Realms.History;

namespace WampRouter.Storage;

/// <summary>The histories of all realms, each where its configuration says. The file is opened when the first realm needs it.</summary>
/// <param name="directory">Where the file is; made if it is not there.</param>
/// <param name="time">The clock that ages events.</param>
/// <param name="logger">Where trouble with the file goes.</param>
internal sealed class EventHistories(string directory, TimeProvider time, ILogger<EventHistories> logger) : IEventHistories, IDisposable
{
    private const string FileName = "history.db";

    private readonly Lock _opening = new();
    private SqliteEventStore? _file;

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The file cannot be opened.</exception>
    public IEventHistory Open(string realm, HistorySettings settings)
    {
        if (settings.Store == HistoryStore.Memory)
        {
            return new MemoryEventHistory(settings, time);
        }

        lock (_opening)
        {
            _file ??= new SqliteEventStore(Path.Combine(directory, FileName), time, logger);
            return _file.Open(realm, settings);
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
