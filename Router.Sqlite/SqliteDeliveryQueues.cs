using Microsoft.Data.Sqlite;
using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>The durable queues of all realms, in one file. It is opened when the first queue needs it, and closed with the router.</summary>
/// <param name="directory">Where the file is; made if it is not there.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where trouble with the file goes.</param>
internal sealed class SqliteDeliveryQueues(string directory, TimeProvider time, ILogger<SqliteDeliveryQueues> logger) : IDurableQueues, IDisposable
{
    private readonly Lock _opening = new();
    private readonly Dictionary<(string Realm, string Name), SqliteDeliveryQueue> _known = [];
    private HistoryLock? _lock;
    private SqliteQueueStore? _file;
    private bool _isOver;

    /// <inheritdoc />
    public string? Missing => SqliteLibrary.FindProblem();

    /// <inheritdoc />
    public string? Trouble => Volatile.Read(ref _file)?.Trouble;

    /// <inheritdoc />
    public IDeliveryQueue Open(string realm, string name, QueueBounds bounds)
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            var path = Path.Combine(directory, QueueSchema.FileName);
            if (Missing is { } missing)
            {
                throw new EventHistoryException($"The queue of webhooks '{path}' cannot be opened: {missing}.", cause: null);
            }

            try
            {
                Directory.CreateDirectory(directory);
                _lock ??= HistoryLock.Take(directory, time, QueueSchema.FileName);
                _file ??= new SqliteQueueStore(path, time, logger);
                if (!_known.TryGetValue((realm, name), out var queue))
                {
                    _known[(realm, name)] = queue = _file.Open(realm, name);
                }

                queue.Apply(bounds);
                return queue;
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException or InvalidCastException or OverflowException)
            {
                if (_known.Count == 0)
                {
                    Close();
                }

                throw new EventHistoryException($"The queue of webhooks '{path}' cannot be opened: {DiskTrouble.Explain(e)}.", e);
            }
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            _isOver = true;
            Close();
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _lock?.Dispose();
        (_file, _lock) = (null, null);
        _known.Clear();
    }
}
