using Microsoft.Data.Sqlite;
using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>
/// The file behind all durable queues. Whoever adds only enqueues; one thread writes whatever waits in one transaction, and then lets it be read. What cannot be written waits in memory and is tried again, within a bound.
/// Readers have connections of their own.
/// </summary>
/// <remarks>Write-ahead log with <c>synchronous = FULL</c>: what can be read survives the end of the process and of the machine.</remarks>
internal sealed partial class SqliteQueueStore : IDisposable
{
    /// <summary>What may wait for the disk, over all queues. Beyond it events are refused.</summary>
    public const long MaxWaitingBytes = 64 * 1024 * 1024;

    /// <summary>How long to wait for a disk that takes nothing.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();         // the last in every chain: nothing is taken under it
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _connectionString;
    private readonly SqliteConnection _connection;      // the writing thread's
    private readonly SqliteQueueWriter _writer;
    private readonly Thread _thread;
    private readonly List<QueueWrite> _waiting = [];
    private long _waitingBytes;
    private bool _stopping;
    private volatile string? _trouble;
    private long _told;                 // the writing thread's

    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where trouble with the file goes.</param>
    /// <param name="prepare">What else is done with the writing thread's connection, before its first use; null for nothing.</param>
    /// <exception cref="InvalidDataException">The file is of another version.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteQueueStore(string path, TimeProvider time, ILogger logger, Action<SqliteConnection>? prepare = null)
    {
        SQLitePCL.Batteries_V2.Init();
        (_path, _time, _logger) = (path, time, logger);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite }.ToString();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            QueueSchema.Prepare(_connection);
            _writer = new SqliteQueueWriter(_connection);
            prepare?.Invoke(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }

        _thread = new Thread(WriteLoop) { Name = "webhook queues", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why nothing can be written; null: it can, or nobody has tried. Any thread.</summary>
    public string? Trouble => _trouble;

    /// <summary>The queue of a name.</summary>
    public SqliteDeliveryQueue Open(string realm, string name)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO queues (realm, name) VALUES ($realm, $name) ON CONFLICT DO NOTHING;
            SELECT queues.id, COUNT(place) FILTER (WHERE died IS NULL), COALESCE(SUM(length(body) + {QueueBounds.OverheadBytes}) FILTER (WHERE died IS NULL AND place IS NOT NULL), 0), COUNT(died)
              FROM queues LEFT JOIN deliveries ON queue = queues.id WHERE realm = $realm AND name = $name GROUP BY queues.id;
            """;
        command.Parameters.AddWithValue("$realm", realm);
        command.Parameters.AddWithValue("$name", name);
        using var row = command.ExecuteReader();
        row.Read();
        return new SqliteDeliveryQueue(this, row.GetInt64(0), new QueueVolume(row.GetInt32(1), row.GetInt64(2), row.GetInt32(3)));
    }

    /// <summary>Puts an event in the queue to the disk; false if that is full.</summary>
    public bool TryEnqueue(QueueWrite write) => TryEnqueue(write, isBounded: true);

    /// <summary>The same for what must not be lost, and of which there is no more than there are events.</summary>
    public void Enqueue(QueueWrite write) => TryEnqueue(write, isBounded: false);

    /// <summary>The same, telling when it was done, to how many.</summary>
    public Task<int> EnqueueAsync(QueueWrite write)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        return TryEnqueue(write with { Done = done }, isBounded: false) ? done.Task : Task.FromResult(0);
    }

    /// <summary>A page of events.</summary>
    public IReadOnlyList<QueuedDelivery> Read(long queue, long after, int most, long mostBytes)
    {
        var page = new List<QueuedDelivery>();
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT place, id, time, body FROM deliveries WHERE queue = $queue AND died IS NULL AND place > $after ORDER BY place LIMIT $most";
        command.Parameters.AddWithValue("$queue", queue);
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$most", most);
        using var rows = command.ExecuteReader();
        while (mostBytes > 0 && rows.Read())
        {
            page.Add(new QueuedDelivery(rows.GetInt64(0), rows.GetString(1), TimeOf(rows.GetInt64(2)), rows.GetFieldValue<byte[]>(3)));
            mostBytes -= page[^1].Bytes;
        }

        return page;
    }

    /// <summary>When the event at the head of a queue came.</summary>
    public DateTimeOffset? ReadOldest(long queue)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT time FROM deliveries WHERE queue = $queue AND died IS NULL ORDER BY place LIMIT 1";
        command.Parameters.AddWithValue("$queue", queue);
        return command.ExecuteScalar() is long ticks ? TimeOf(ticks) : null;
    }

    /// <summary>Dead letters, the latest first.</summary>
    public IReadOnlyList<DeadLetter> ReadDeadLetters(long queue, int most)
    {
        var letters = new List<DeadLetter>();
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, time, died, attempts, error, length(body) FROM deliveries WHERE queue = $queue AND died IS NOT NULL ORDER BY died DESC, place DESC LIMIT $most";
        command.Parameters.AddWithValue("$queue", queue);
        command.Parameters.AddWithValue("$most", most);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            letters.Add(new DeadLetter(rows.GetString(0), TimeOf(rows.GetInt64(1)), TimeOf(rows.GetInt64(2)), rows.GetInt32(3), rows.GetString(4), rows.GetInt32(5)));
        }

        return letters;
    }

    /// <summary>Writes what waits and closes the file. Nothing is taken any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        _wake.Set();
        _thread.Join();
        _writer.Dispose();
        using (var reader = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(reader);
        }

        _connection.Dispose();
        _wake.Dispose();
    }

    private static DateTimeOffset TimeOf(long ticks) => new(ticks, TimeSpan.Zero);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private bool TryEnqueue(QueueWrite write, bool isBounded)
    {
        lock (_gate)
        {
            if (_stopping || (isBounded && _waitingBytes + write.Bytes > MaxWaitingBytes))
            {
                return false;
            }

            _waiting.Add(write);
            _waitingBytes += write.Bytes;
        }

        _wake.Set();
        return true;
    }

    private void WriteLoop()
    {
        List<QueueWrite> batch = [];
        var stopping = false;
        while (!stopping)
        {
            _wake.WaitOne(batch.Count > 0 ? Pause : Timeout.InfiniteTimeSpan);
            lock (_gate)
            {
                batch.AddRange(_waiting);       // behind what could not be written
                _waiting.Clear();
                stopping = _stopping;
            }

            if (TryWrite(batch))
            {
                lock (_gate)
                {
                    _waitingBytes -= batch.Sum(static write => write.Bytes);
                }

                batch.Clear();
            }
        }

        if (batch.Count(static write => write.Kind == QueueWriteKind.Add) is > 0 and var lost)
        {
            Log.Lost(_logger, _path, lost);
        }
    }

    private bool TryWrite(List<QueueWrite> batch)
    {
        try
        {
            if (batch.Count > 0)
            {
                _writer.Write(batch);
                if (_trouble is not null)
                {
                    _trouble = null;
                    Log.WrittenAgain(_logger, _path);
                }
            }

            return true;
        }
        catch (Exception e)
        {
            // The disk is full, most often; a damaged file can make SQLite and its reader say anything. This thread must live.
            Note(e, batch.Count(static write => write.Kind == QueueWriteKind.Add));
            var failed = batch.RemoveAll(write => write.Done?.TrySetException(new IOException("It cannot be written.", e)) is not null);
            lock (_gate)
            {
                _waitingBytes -= failed * QueueBounds.OverheadBytes;
            }

            return false;
        }
    }

    private void Note(Exception exception, int events)
    {
        var cause = DiskTrouble.Explain(exception);
        if (cause != _trouble || _time.GetElapsedTime(_told) >= Reminder)
        {
            (_trouble, _told) = (cause, _time.GetTimestamp());
            Log.NotWritten(_logger, _path, cause, events, MaxWaitingBytes / 1024 / 1024, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1503, LogLevel.Error, "The queues of webhooks {Path} cannot be written: {Cause}. Events that wait in memory and are not delivered: {Events:N0}; beyond {MiB} MiB they are lost. ({Message})")]
        public static partial void NotWritten(ILogger logger, string path, string cause, int events, long miB, string message);

        [LoggerMessage(1504, LogLevel.Information, "The queues of webhooks {Path} are written again")]
        public static partial void WrittenAgain(ILogger logger, string path);

        [LoggerMessage(1505, LogLevel.Error, "The queues of webhooks {Path} could not be written to the end; events that are lost: {Events:N0}")]
        public static partial void Lost(ILogger logger, string path, int events);
    }
}
