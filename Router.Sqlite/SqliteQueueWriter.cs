using Microsoft.Data.Sqlite;
using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>Writes into the file of the queues. The store's thread only, which alone gives out places: so they grow in the order in which readers get to see them.</summary>
internal sealed class SqliteQueueWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _bury;
    private readonly SqliteCommand _trim;
    private readonly SqliteCommand _dead;
    private readonly SqliteCommand _move;
    private readonly SqliteCommand _discard;
    private readonly SqliteCommand _count;
    private readonly Dictionary<SqliteDeliveryQueue, QueueChange> _changes = [];
    private readonly List<(TaskCompletionSource<int> Done, int Count)> _done = [];
    private long _place;

    public SqliteQueueWriter(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Prepare("INSERT INTO deliveries (place, queue, id, time, body) VALUES ($place, $queue, $id, $time, $body)", "$place", "$queue", "$id", "$time", "$body");
        _remove = Prepare("DELETE FROM deliveries WHERE place = $place", "$place");
        _bury = Prepare("UPDATE deliveries SET died = $died, attempts = $attempts, error = $error WHERE place = $place", "$died", "$attempts", "$error", "$place");
        _trim = Prepare(
            "DELETE FROM deliveries WHERE place IN (SELECT place FROM deliveries WHERE queue = $queue AND died IS NOT NULL ORDER BY died DESC, place DESC LIMIT -1 OFFSET $most)", "$queue", "$most");
        _dead = Prepare("SELECT place, length(body) FROM deliveries WHERE queue = $queue AND died IS NOT NULL AND ($id IS NULL OR id = $id) ORDER BY died, place", "$queue", "$id");
        _move = Prepare("UPDATE deliveries SET place = $new, died = NULL WHERE place = $place", "$new", "$place");
        _discard = Prepare("DELETE FROM deliveries WHERE queue = $queue AND died IS NOT NULL AND ($id IS NULL OR id = $id)", "$queue", "$id");
        _count = Prepare("SELECT COUNT(*) FROM deliveries WHERE queue = $queue AND died IS NOT NULL", "$queue");
        using var last = Prepare("SELECT COALESCE(MAX(place), 0) FROM deliveries");
        _place = (long)last.ExecuteScalar()!;
    }

    /// <summary>Writes all in one transaction: when it returns they are safe.</summary>
    /// <exception cref="SqliteException">They cannot be written; none is.</exception>
    /// <exception cref="HistoryFileMovedException">Likewise: the file was taken away.</exception>
    public void Write(List<QueueWrite> batch)
    {
        _changes.Clear();
        _done.Clear();
        var place = _place;
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            foreach (var write in batch)
            {
                Write(write, ref place, transaction);
            }

            foreach (var queue in _changes.Keys.ToArray())
            {
                Trim(queue, transaction);
            }

            OpenFile.ThrowIfMoved(_connection);
            transaction.Commit();
        }

        _place = place;
        foreach (var (queue, change) in _changes)
        {
            queue.Commit(change);
        }

        foreach (var (done, count) in _done)
        {
            done.TrySetResult(count);
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_insert, _remove, _bury, _trim, _dead, _move, _discard, _count])
        {
            command.Dispose();
        }
    }

    private void Write(QueueWrite write, ref long place, SqliteTransaction transaction)
    {
        var change = _changes.GetValueOrDefault(write.Queue);
        switch (write.Kind)
        {
            case QueueWriteKind.Add:
                Run(_insert, transaction, ++place, write.Queue.Id, write.Id, write.Time.UtcTicks, write.Body);
                change = change with { HasNew = true };
                break;
            case QueueWriteKind.Remove:
                Run(_remove, transaction, write.Place);
                break;
            case QueueWriteKind.Bury:
                Run(_bury, transaction, write.Time.UtcTicks, write.Attempts, write.Error, write.Place);
                change = change with { DeadLetters = 0 };       // to be counted
                break;
            case QueueWriteKind.Retry:
                change = Retry(write, ref place, change with { DeadLetters = 0 }, transaction);
                break;
            case QueueWriteKind.Flush:
                _done.Add((write.Done!, 0));
                break;
            default:
                _done.Add((write.Done!, Run(_discard, transaction, write.Queue.Id, write.Id)));
                change = change with { DeadLetters = 0 };
                break;
        }

        _changes[write.Queue] = change;
    }

    private QueueChange Retry(QueueWrite write, ref long place, QueueChange change, SqliteTransaction transaction)
    {
        var found = new List<(long Place, long Bytes)>();
        using (var rows = Bind(_dead, transaction, write.Queue.Id, write.Id).ExecuteReader())
        {
            while (rows.Read())
            {
                found.Add((rows.GetInt64(0), rows.GetInt64(1) + QueueBounds.OverheadBytes));
            }
        }

        foreach (var (old, _) in found)
        {
            Run(_move, transaction, ++place, old);
        }

        _done.Add((write.Done!, found.Count));
        return change with { HasNew = found.Count > 0 || change.HasNew, Retried = change.Retried + found.Count, RetriedBytes = change.RetriedBytes + found.Sum(row => row.Bytes) };
    }

    /// <summary>Removes the oldest dead letters beyond the bound, and counts those that are left.</summary>
    private void Trim(SqliteDeliveryQueue queue, SqliteTransaction transaction)
    {
        if (_changes[queue].DeadLetters is not null)
        {
            Run(_trim, transaction, queue.Id, queue.MaxDeadLetters);
            _changes[queue] = _changes[queue] with { DeadLetters = (int)(long)Bind(_count, transaction, queue.Id).ExecuteScalar()! };
        }
    }

    private static int Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object?> values) => Bind(command, transaction, values).ExecuteNonQuery();

    private static SqliteCommand Bind(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

#pragma warning disable CA2100 // only the constants above come here
    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
#pragma warning restore CA2100
}
