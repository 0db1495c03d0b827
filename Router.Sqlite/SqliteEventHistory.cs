using System.Text;
using Microsoft.Data.Sqlite;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Wire;

namespace WampRouter.Sqlite;

/// <summary>One history in the file.</summary>
/// <param name="store">The file.</param>
/// <param name="settings">Its bounds at first.</param>
/// <param name="id">Its row in the table of histories.</param>
/// <param name="closed">What is done when nobody adds to it any more; null for nothing.</param>
internal sealed class SqliteEventHistory(SqliteEventStore store, HistorySettings settings, long id, Action? closed = null) : IEventHistory
{
    private const int PlaceColumn = 0;
    private const int SizeColumn = 1;

    private volatile HistorySettings _settings = settings;

    /// <summary>Its row in the table of histories.</summary>
    public long Id { get; } = id;

    /// <summary>Its bounds now.</summary>
    public HistorySettings Settings => _settings;

    /// <summary>What is in the file. Set by the writing thread; who only wants to tell it may see the events of one write with the bytes of the next.</summary>
    public HistoryVolume Volume { get; set; }

    /// <inheritdoc />
    public void Apply(HistorySettings settings) => _settings = settings;

    /// <inheritdoc />
    /// <remarks>What waits for the disk is written all the same, and readings under way go on.</remarks>
    public void Dispose() => closed?.Invoke();

    /// <inheritdoc />
    public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt) => store.TryEnqueue(this, stored, receipt);

    /// <inheritdoc />
    public Task ReadAsync(HistoryReading reading) =>
        Task.Run(() => Read(reading));      // SQLite knows no asynchronous reading

    private void Read(HistoryReading reading)
    {
        using var connection = new SqliteConnection(store.ConnectionString);
        connection.Open();
        using var moment = connection.BeginTransaction(deferred: true);     // what is looked for and what is read is the history of one moment
        if (!reading.IsLocated)
        {
            Locate(reading, connection, moment);
        }

        if (!reading.IsOver)
        {
            using var command = CreateCommand(reading, connection, moment);
            using var rows = command.ExecuteReader();
            Read(reading, rows);
        }
    }

    /// <summary>
    /// Looks at one row after the other. Whether one is wanted, and has room, is known before its arguments are fetched. Conditions are not put to SQLite, because it would
    /// look for a row that meets them through the whole history, without asking whether anybody still waits.
    /// </summary>
    private void Read(HistoryReading reading, SqliteDataReader rows)
    {
        var oldest = Settings.MaxAge is { } maxAge ? store.Time.GetUtcNow() - maxAge : DateTimeOffset.MinValue;
        while (reading.LooksOn)
        {
            if (!rows.Read())
            {
                reading.End();
                return;
            }

            var (place, row) = (rows.GetInt64(PlaceColumn), new EventRow(rows));
            if (row.Time < oldest || !reading.Wants(row.Time, row.Topic, row.Receivers))
            {
                reading.Pass(place);
            }
            else if (reading.HasRoomFor(rows.GetInt64(SizeColumn)))
            {
                reading.Take(place, row.ToEvent());
            }
        }
    }

    private void Locate(HistoryReading reading, SqliteConnection connection, SqliteTransaction moment)
    {
        var places = new Dictionary<ulong, long>();
        foreach (var (condition, publication) in reading.Query.Publications)
        {
            if (PlaceOf(publication, connection, moment) is not { } place)
            {
                reading.Fail(condition);
                return;
            }

            places[publication] = place;
        }

        var query = reading.Query;
        var (first, last) = Ends(connection, moment);
        reading.Locate(
            Math.Max(Known(query.FromPublication) ?? first, Known(query.AfterPublication) + 1 ?? first),
            Math.Min(Known(query.BeforePublication) - 1 ?? last, Known(query.UntilPublication) ?? last));

        long? Known(ulong? publication) => publication is { } id ? places[id] : null;
    }

    private long? PlaceOf(ulong publication, SqliteConnection connection, SqliteTransaction moment)
    {
        using var command = connection.CreateCommand();
        command.Transaction = moment;
        command.CommandText = "SELECT seq FROM events WHERE history = $history AND publication = $publication";
        command.Parameters.AddWithValue("$history", Id);
        command.Parameters.AddWithValue("$publication", (long)publication);
        return (long?)command.ExecuteScalar();
    }

    private (long First, long Last) Ends(SqliteConnection connection, SqliteTransaction moment)
    {
        using var command = connection.CreateCommand();
        command.Transaction = moment;
        command.CommandText = "SELECT (SELECT MIN(seq) FROM events WHERE history = $history), (SELECT MAX(seq) FROM events WHERE history = $history)";
        command.Parameters.AddWithValue("$history", Id);
        using var row = command.ExecuteReader();
        return row.Read() && !row.IsDBNull(0) ? (row.GetInt64(0), row.GetInt64(1)) : (0, -1);
    }

    private SqliteCommand CreateCommand(HistoryReading reading, SqliteConnection connection, SqliteTransaction moment)
    {
        var command = connection.CreateCommand();
        command.Transaction = moment;
#pragma warning disable CA2100 // made of constants; every value is a parameter
        command.CommandText = $"SELECT seq, {SqliteSchema.SizeOfEvent}, {EventRow.Columns} FROM events WHERE history = $history AND seq BETWEEN $first AND $last ORDER BY seq {(reading.Query.Reverse ? "DESC" : "ASC")}";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$history", Id);
        command.Parameters.AddWithValue("$first", reading.First);
        command.Parameters.AddWithValue("$last", reading.Last);
        return command;
    }
}

/// <summary>A row of the events, of which each column is read when it is asked for.</summary>
internal readonly struct EventRow(SqliteDataReader row)
{
    /// <summary>What is selected, behind <see cref="First"/> other columns.</summary>
    public const string Columns = "publication, time, topic, details, format, elements, arguments, receivers";

    private const int First = 2;

    public DateTimeOffset Time { get; } = new(row.GetInt64(First + 1), TimeSpan.Zero);

    public byte[] Topic { get; } = Encoding.UTF8.GetBytes(row.GetString(First + 2));

    public ReceiverFilter? Receivers { get; } = row.IsDBNull(First + 7) ? null : ReceiverFilter.Decode(row.GetFieldValue<byte[]>(First + 7));

    public StoredEvent ToEvent() => new()
    {
        Publication = (ulong)row.GetInt64(First),
        Time = Time,
        Topic = Topic,
        Details = row.GetFieldValue<byte[]>(First + 3),
        Format = (WireFormat)row.GetInt32(First + 4),
        Elements = row.GetInt32(First + 5),
        Arguments = row.GetFieldValue<byte[]>(First + 6),
        Receivers = Receivers,
    };
}
