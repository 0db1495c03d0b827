using Microsoft.Data.Sqlite;
using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>
/// The file behind all durable histories. Publishers only enqueue; one thread writes whatever waits in one transaction and then tells those who
/// wait for it, so the cost of reaching the disk is shared by all that arrived meanwhile. Readers have connections of their own.
/// </summary>
/// <remarks>Write-ahead log with <c>synchronous = FULL</c>: what was acknowledged survives the end of the process and of the machine.</remarks>
internal sealed class SqliteEventStore : IDisposable
{
    /// <summary>What may wait for the disk, over all histories. Beyond it publications are refused.</summary>
    public const long MaxWaitingBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();         // the last in every chain: nothing is taken under it
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly WriteTrouble _trouble;
    private readonly SqliteConnection _connection;      // the writing thread's
    private readonly SqliteEventWriter _writer;
    private readonly Thread _thread;
    private List<WaitingEvent> _waiting = [];
    private long _waitingBytes;
    private readonly IDisposable? _watch;
    private bool _stopping;

    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="time">The clock that ages events.</param>
    /// <param name="logger">Where trouble with the file goes.</param>
    /// <param name="prepare">What else is done with the writing thread's connection, before its first use; null for nothing.</param>
    /// <param name="metrics">Counts; null: nobody hears.</param>
    /// <exception cref="InvalidDataException">The file is of another version.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteEventStore(string path, TimeProvider time, ILogger logger, Action<SqliteConnection>? prepare = null, StorageMetrics? metrics = null)
    {
        SQLitePCL.Batteries_V2.Init();
        Time = time;
        metrics ??= new StorageMetrics(meter: null);
        _trouble = new WriteTrouble(path, time, logger, metrics);
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite }.ToString();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            SqliteSchema.Prepare(_connection);
            prepare?.Invoke(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }

        _writer = new SqliteEventWriter(_connection, time);
        _thread = new Thread(WriteLoop) { Name = "event history", IsBackground = true };
        _thread.Start();
        _watch = metrics.WatchWaiting(() => WaitingBytes, MaxWaitingBytes);
    }

    /// <summary>For readers. They make no file: one that was taken away is to be put back.</summary>
    public string ConnectionString { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Why events could not be written in the last minute; null: they could, or nobody has tried. Any thread.</summary>
    public string? Trouble => _trouble.Cause;

    private long WaitingBytes
    {
        get
        {
            lock (_gate)
            {
                return _waitingBytes;
            }
        }
    }

    /// <summary>The history of one topic or pattern.</summary>
    /// <param name="realm">Whose.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="found">Its row and volume, where they are known.</param>
    /// <param name="closed">What is done when nobody adds to it any more; null for nothing.</param>
    public SqliteEventHistory Open(string realm, HistorySettings settings, (long Id, HistoryVolume Volume)? found = null, Action? closed = null)
    {
        if (found is { } known)
        {
            return new SqliteEventHistory(this, settings, known.Id, closed) { Volume = known.Volume };
        }

        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only constants are put in
        command.CommandText = $"INSERT INTO histories (realm, match, uri) VALUES ($realm, $match, $uri) ON CONFLICT DO NOTHING; {SqliteSchema.SelectVolume}";
#pragma warning restore CA2100
        SqliteSchema.Bind(command, realm, settings);
        using var row = command.ExecuteReader();
        row.Read();
        return new SqliteEventHistory(this, settings, row.GetInt64(0), closed) { Volume = new HistoryVolume(row.GetInt64(1), row.GetInt64(2)) };
    }

    /// <summary>Puts an event in the queue to the disk; false if the queue is full.</summary>
    public bool TryEnqueue(SqliteEventHistory history, StoredEvent stored, IAppendReceipt? receipt)
    {
        lock (_gate)
        {
            if (_stopping || _waitingBytes + stored.MemoryInBytes > MaxWaitingBytes)
            {
                return false;
            }

            receipt?.Expect();
            _waiting.Add(new WaitingEvent(history, stored, receipt));
            _waitingBytes += stored.MemoryInBytes;
        }

        _wake.Set();
        return true;
    }

    /// <summary>Writes what waits and closes the file. Nothing is taken any more.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        lock (_gate)
        {
            _stopping = true;
        }

        _wake.Set();
        _thread.Join();
        _writer.Dispose();
        using (var reader = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(reader);
        }

        _connection.Dispose();
        _wake.Dispose();
    }

    private void WriteLoop()
    {
        List<WaitingEvent> batch = [];
        var stopping = false;
        while (!stopping)
        {
            _wake.WaitOne();
            lock (_gate)
            {
                (_waiting, batch) = (batch, _waiting);
                _waitingBytes = 0;
                stopping = _stopping;
            }

            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<WaitingEvent> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var isStored = true;
        try
        {
            _writer.Write(batch);
            _trouble.Over();
        }
        catch (Exception e)
        {
            // The disk is full, most often; a damaged file can make SQLite and its reader say anything. The publishers hear of it, and the next batch may fare better: this thread must live.
            isStored = false;
            _trouble.Note(batch.Count, e);
        }

        var flushes = FlushBatch.OfThread;
        foreach (var waiting in batch)
        {
            waiting.Receipt?.Complete(isStored, flushes);
        }

        flushes.Flush();
    }
}

/// <summary>An event on its way to the disk.</summary>
internal readonly record struct WaitingEvent(SqliteEventHistory History, StoredEvent Event, IAppendReceipt? Receipt);
