using Microsoft.Data.Sqlite;
using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>The durable histories of all realms, in one file. It is opened when the first history needs it, and closed with the last: another router may have it then.</summary>
/// <param name="directory">Where the file is; made if it is not there.</param>
/// <param name="time">The clock that ages events.</param>
/// <param name="logger">Where trouble with the file goes.</param>
/// <param name="inspected">What somebody found in the file a moment ago; it counts if nothing has happened to the file since.</param>
/// <param name="metrics">Counts; null: nobody hears.</param>
internal sealed class SqliteHistories(string directory, TimeProvider time, ILogger<SqliteHistories> logger, InspectedHistories? inspected = null, StorageMetrics? metrics = null) : IDurableHistories, IDisposable
{
    private readonly Lock _opening = new();
    private HistoryLock? _lock;
    private SqliteEventStore? _file;
    private readonly Dictionary<(string Realm, MatchPolicy Match, string Uri), SqliteEventHistory> _known = [];     // those of the open file, kept or not: only they know what still waits for the disk
    private readonly HashSet<(string Realm, MatchPolicy Match, string Uri)> _kept = [];
    private InspectedHistories? _inspected;     // of this very file; null: it must be read

    /// <inheritdoc />
    public IEventHistory Open(string realm, HistorySettings settings)
    {
        var key = (realm, settings.Match, settings.Uri);
        lock (_opening)
        {
            var path = Path.Combine(directory, HistoryFile.Name);
            if (Missing is { } missing)
            {
                throw new EventHistoryException($"The event history '{path}' cannot be opened: {missing}.", cause: null);
            }

            try
            {
                Directory.CreateDirectory(directory);
                _lock ??= HistoryLock.Take(directory, time);
                _file ??= OpenStore(path);
                if (!_known.TryGetValue(key, out var history))
                {
                    _known[key] = history = _file.Open(realm, settings, _inspected?.Find(realm, settings), closed: () => Close(key));
                }

                history.Apply(settings);
                _kept.Add(key);
                return history;
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException or InvalidCastException or OverflowException)
            {
                CloseUnused();
                throw new EventHistoryException($"The event history '{path}' cannot be opened: {DiskTrouble.Explain(e)}.", e);
            }
        }
    }

    /// <inheritdoc />
    public string? Missing => SqliteLibrary.FindProblem();

    /// <inheritdoc />
    public string? Trouble => Volatile.Read(ref _file)?.Trouble;

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            CloseFile();
        }
    }

    private void Close((string Realm, MatchPolicy Match, string Uri) key)
    {
        lock (_opening)
        {
            _kept.Remove(key);
            CloseUnused();
        }
    }

    private void CloseUnused()
    {
        if (_kept.Count == 0)
        {
            CloseFile();
        }
    }

    private void CloseFile()
    {
        _file?.Dispose();
        _lock?.Dispose();
        (_file, _lock, _inspected) = (null, null, null);
        _known.Clear();
        _kept.Clear();
    }

    /// <summary>Opens the file, which no other router has from here on.</summary>
    private SqliteEventStore OpenStore(string path)
    {
        _inspected = inspected?.AreOf(path) == true ? inspected : null;
        return new SqliteEventStore(path, time, logger, metrics: metrics);
    }
}
