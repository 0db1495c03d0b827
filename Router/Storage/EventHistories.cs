using Microsoft.Data.Sqlite;
using WampRouter.Realms.History;

namespace WampRouter.Storage;

/// <summary>The histories of all realms, each where its configuration says. The file is opened when the first realm needs it.</summary>
/// <param name="directory">Where the file is; made if it is not there.</param>
/// <param name="time">The clock that ages events.</param>
/// <param name="logger">Where trouble with the file goes.</param>
/// <param name="inspected">What somebody found in the file a moment ago; it counts if nothing has happened to the file since.</param>
internal sealed class EventHistories(string directory, TimeProvider time, ILogger<EventHistories> logger, InspectedHistories? inspected = null) : IEventHistories, IDisposable
{
    private readonly Lock _opening = new();
    private HistoryLock? _lock;
    private SqliteEventStore? _file;
    private InspectedHistories? _inspected;     // of this very file; null: it must be read

    /// <inheritdoc />
    /// <exception cref="EventHistoryException">The file cannot be opened, or another router has it.</exception>
    public IEventHistory Open(string realm, HistorySettings settings)
    {
        if (settings.Store == HistoryStore.Memory)
        {
            return new MemoryEventHistory(settings, time);
        }

        lock (_opening)
        {
            var path = Path.Combine(directory, HistoryFile.Name);
            try
            {
                Directory.CreateDirectory(directory);
                _lock ??= HistoryLock.Take(directory, time);
                _file ??= OpenStore(path);
                return _file.Open(realm, settings, _inspected?.Find(realm, settings));
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException or InvalidCastException or OverflowException)
            {
                throw new EventHistoryException($"The event history '{path}' cannot be opened: {DiskTrouble.Explain(e)}.", e);
            }
        }
    }

    /// <summary>Opens the file, which no other router has from here on.</summary>
    private SqliteEventStore OpenStore(string path)
    {
        _inspected = inspected?.AreOf(path) == true ? inspected : null;
        return new SqliteEventStore(path, time, logger);
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            _file?.Dispose();
            _lock?.Dispose();
            (_file, _lock) = (null, null);
        }
    }
}
