using System.Text;
using Microsoft.Data.Sqlite;
using WampRouter.Realms.History;

namespace WampRouter.Sqlite;

/// <summary>Writes events into the file and takes out those beyond the bounds. The store's thread only.</summary>
internal sealed class SqliteEventWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _oldest;
    private readonly SqliteCommand _deleteOldest;
    private readonly SqliteCommand _deleteBefore;
    private readonly Dictionary<SqliteEventHistory, HistoryVolume> _volumes = [];

    public SqliteEventWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        _insert = Prepare(
            "INSERT INTO events (history, publication, time, topic, details, format, elements, arguments, receivers) VALUES ($history, $publication, $time, $topic, $details, $format, $elements, $arguments, $receivers)",
            "$history", "$publication", "$time", "$topic", "$details", "$format", "$elements", "$arguments", "$receivers");
        _oldest = Prepare($"SELECT {SqliteSchema.SizeOfEvent} FROM events WHERE history = $history ORDER BY seq", "$history");
        _deleteOldest = Prepare(
            "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE history = $history ORDER BY seq LIMIT $count)", "$history", "$count");
        _deleteBefore = Prepare($"DELETE FROM events WHERE history = $history AND time < $time RETURNING {SqliteSchema.SizeOfEvent}", "$history", "$time");
    }

    /// <summary>Writes all in one transaction: when it returns they are safe.</summary>
    /// <exception cref="SqliteException">They cannot be written; none is.</exception>
    /// <exception cref="HistoryFileMovedException">Likewise: the file was taken away.</exception>
    public void Write(List<WaitingEvent> batch)
    {
        _volumes.Clear();
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var waiting in batch)
        {
            Insert(waiting, transaction);
            _volumes[waiting.History] = _volumes.GetValueOrDefault(waiting.History, waiting.History.Volume).With(waiting.Event.SizeInBytes);
        }

        var volumes = _volumes.Select(entry => (History: entry.Key, Volume: DeleteExcess(entry.Key, entry.Value, transaction))).ToList();

        // As late as can be; within the transaction, so that what is not kept leaves no trace in a file that is put back.
        OpenFile.ThrowIfMoved(_connection);
        transaction.Commit();

        // Counted only now: what was rolled back must not count.
        foreach (var (history, volume) in volumes)
        {
            history.Volume = volume;
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _oldest.Dispose();
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

    /// <summary>Deletes what is too old and then what is too much; returns what is left.</summary>
    private HistoryVolume DeleteExcess(SqliteEventHistory history, HistoryVolume volume, SqliteTransaction transaction)
    {
        if (history.Settings.MaxAge is { } maxAge)
        {
            using var deleted = Bind(_deleteBefore, transaction, history.Id, (_time.GetUtcNow() - maxAge).UtcTicks).ExecuteReader();
            while (deleted.Read())
            {
                volume = volume.Without(deleted.GetInt64(0));
            }
        }

        var excess = 0L;
        using (var oldest = Bind(_oldest, transaction, history.Id).ExecuteReader())
        {
            while (volume.Exceeds(history.Settings) && oldest.Read())
            {
                volume = volume.Without(oldest.GetInt64(0));
                excess++;
            }
        }

        if (excess > 0)
        {
            Bind(_deleteOldest, transaction, history.Id, excess).ExecuteNonQuery();
        }

        return volume;
    }

    private static SqliteCommand Bind(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<long> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
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
