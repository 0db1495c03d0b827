using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using WampRouter.Realms.Broker;
using WampRouter.Realms.History;
using WampRouter.Wire;

namespace WampRouter.Storage;

/// <summary>One history in the file.</summary>
internal sealed class SqliteEventHistory(SqliteEventStore store, HistorySettings settings, long id) : IEventHistory
{
    private const string Columns = "publication, time, topic, details, format, elements, arguments, receivers";
    private const string PlaceOf = "(SELECT seq FROM events WHERE history = $history AND publication = ";

    /// <summary>Its row in the table of histories.</summary>
    public long Id { get; } = id;

    /// <summary>Its bounds.</summary>
    public HistorySettings Settings { get; } = settings;

    /// <summary>What is in the file. The writing thread's.</summary>
    public HistoryVolume Volume { get; set; }

    /// <inheritdoc />
    public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt) => store.TryEnqueue(this, stored, receipt);

    /// <inheritdoc />
    public Task<HistoryExcerpt> ReadAsync(EventHistoryQuery query, CancellationToken cancellationToken) =>
        Task.Run(() => Read(query, cancellationToken), cancellationToken);      // SQLite knows no asynchronous reading

    private HistoryExcerpt Read(EventHistoryQuery query, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(store.ConnectionString);
        connection.Open();
        using var moment = connection.BeginTransaction(deferred: true);     // what is looked for and what is read is the history of one moment
        foreach (var (condition, publication) in query.Publications)
        {
            if (!IsThere(connection, moment, publication))
            {
                return new([], condition);
            }
        }

        using var command = CreateCommand(connection, query);
        command.Transaction = moment;
        using var rows = command.ExecuteReader();
        var found = new List<StoredEvent>();
        while (found.Count < (query.Limit ?? int.MaxValue) && rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = ReadRow(rows);
            if (query.Admits?.Invoke(stored) is not false)
            {
                found.Add(stored);
            }
        }

        return new(found);
    }

    private bool IsThere(SqliteConnection connection, SqliteTransaction moment, ulong publication)
    {
        using var command = connection.CreateCommand();
        command.Transaction = moment;
        command.CommandText = "SELECT 1 FROM events WHERE history = $history AND publication = $publication";
        command.Parameters.AddWithValue("$history", Id);
        command.Parameters.AddWithValue("$publication", (long)publication);
        return command.ExecuteScalar() is not null;
    }

    private SqliteCommand CreateCommand(SqliteConnection connection, EventHistoryQuery query)
    {
        var command = connection.CreateCommand();
        var sql = new StringBuilder($"SELECT {Columns} FROM events WHERE history = $history");
        command.Parameters.AddWithValue("$history", Id);
        Require(Settings.MaxAge is { } maxAge ? (store.Time.GetUtcNow() - maxAge).UtcTicks : null, "time >= ");
        Require(query.FromTime?.UtcTicks, "time >= ");
        Require(query.AfterTime?.UtcTicks, "time > ");
        Require(query.BeforeTime?.UtcTicks, "time < ");
        Require(query.UntilTime?.UtcTicks, "time <= ");
        Require(query.Topic, "topic = ");
        Require((long?)query.FromPublication, $"seq >= {PlaceOf}", ")");
        Require((long?)query.AfterPublication, $"seq > {PlaceOf}", ")");
        Require((long?)query.BeforePublication, $"seq < {PlaceOf}", ")");
        Require((long?)query.UntilPublication, $"seq <= {PlaceOf}", ")");
        sql.Append(query.Reverse ? " ORDER BY seq DESC" : " ORDER BY seq");
#pragma warning disable CA2100 // made of constants; every value is a parameter
        command.CommandText = sql.ToString();
#pragma warning restore CA2100
        return command;

        void Require(object? value, string condition, string end = "")
        {
            if (value is not null)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"$p{command.Parameters.Count}");
                sql.Append(" AND ").Append(condition).Append(name).Append(end);
                command.Parameters.AddWithValue(name, value);
            }
        }
    }

    private static StoredEvent ReadRow(SqliteDataReader row) => new()
    {
        Publication = (ulong)row.GetInt64(0),
        Time = new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero),
        Topic = Encoding.UTF8.GetBytes(row.GetString(2)),
        Details = row.GetFieldValue<byte[]>(3),
        Format = (WireFormat)row.GetInt32(4),
        Elements = row.GetInt32(5),
        Arguments = row.GetFieldValue<byte[]>(6),
        Receivers = row.IsDBNull(7) ? null : ReceiverFilter.Decode(row.GetFieldValue<byte[]>(7)),
    };
}
