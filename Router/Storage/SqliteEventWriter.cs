using System.Text;
using Microsoft.Data.Sqlite;

namespace WampRouter.Storage;

/// <summary>Writes events into the file and takes out those beyond the bounds. The store's thread only.</summary>
internal sealed class SqliteEventWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _deleteOldest;
    private readonly SqliteCommand _deleteBefore;
    private readonly HashSet<SqliteEventHistory> _touched = [];

    public SqliteEventWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        _insert = Prepare(
            "INSERT INTO events (history, publication, time, topic, details, format, elements, arguments, receivers) VALUES ($history, $publication, $time, $topic, $details, $format, $elements, $arguments, $receivers)",
            "$history", "$publication", "$time", "$topic", "$details", "$format", "$elements", "$arguments", "$receivers");
        _deleteOldest = Prepare(
            "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE history = $history ORDER BY seq LIMIT $count)", "$history", "$count");
        _deleteBefore = Prepare("DELETE FROM events WHERE history = $history AND time < $time", "$history", "$time");
    }

    /// <summary>Writes all in one transaction: when it returns they are safe.</summary>
    public void Write(List<WaitingEvent> batch)
    {
        _touched.Clear();
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var waiting in batch)
        {
            Insert(waiting, transaction);
            _touched.Add(waiting.History);
        }

        var excess = _touched.Select(history => (History: history, Change: DeleteExcess(history, batch, transaction))).ToList();
        transaction.Commit();

        // Counted only now: what was rolled back must not count.
        foreach (var (history, change) in excess)
        {
            history.Count += change;
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _deleteOldest.Dispose();
        _deleteBefore.Dispose();
    }

    private void Insert(in WaitingEvent waiting, SqliteTransaction transaction)
    {
        var stored = waiting.Event;
        var values = _insert.Parameters;
        _insert.Transaction = transaction;
        values[0].Value = waiting.History.Id;
        values[1].Value = (long)stored.Publication;
        values[2].Value = stored.Time.UtcTicks;
        values[3].Value = Encoding.UTF8.GetString(stored.Topic);
        values[4].Value = stored.Details;
        values[5].Value = (int)stored.Format;
        values[6].Value = stored.Elements;
        values[7].Value = stored.Arguments;
        values[8].Value = stored.Receivers is { } receivers ? receivers.EncodePrincipals() : DBNull.Value;
        _insert.ExecuteNonQuery();
    }

    /// <summary>Deletes what is too old and then what is too much; returns by how much the history grew or shrank.</summary>
    private long DeleteExcess(SqliteEventHistory history, List<WaitingEvent> batch, SqliteTransaction transaction)
    {
        long change = batch.Count(waiting => ReferenceEquals(waiting.History, history));
        if (history.Settings.MaxAge is { } maxAge)
        {
            change -= Delete(_deleteBefore, history, (_time.GetUtcNow() - maxAge).UtcTicks, transaction);
        }

        var excess = history.Count + change - history.Settings.Limit;
        return excess > 0 ? change - Delete(_deleteOldest, history, excess, transaction) : change;
    }

    private static int Delete(SqliteCommand command, SqliteEventHistory history, long bound, SqliteTransaction transaction)
    {
        command.Transaction = transaction;
        command.Parameters[0].Value = history.Id;
        command.Parameters[1].Value = bound;
        return command.ExecuteNonQuery();
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
