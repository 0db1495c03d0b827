using System.Text;
using Microsoft.Data.Sqlite;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;

namespace WampRouter.Sqlite;

/// <summary>The tables of the history file.</summary>
internal static class SqliteSchema
{
    /// <summary>Goes up when the tables change; a file of another version is not touched.</summary>
    public const long Version = 1;

    // format: the numbers of WireFormat. receivers: see ReceiverFilter.Encode. seq is the order of arrival, over all histories.
    private const string Tables = """
        CREATE TABLE histories (id INTEGER PRIMARY KEY, realm TEXT NOT NULL, match TEXT NOT NULL, uri TEXT NOT NULL, UNIQUE (realm, match, uri));
        CREATE TABLE events (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, history INTEGER NOT NULL, publication INTEGER NOT NULL, time INTEGER NOT NULL, topic TEXT NOT NULL,
          details BLOB NOT NULL, format INTEGER NOT NULL, elements INTEGER NOT NULL, arguments BLOB NOT NULL, receivers BLOB);
        CREATE INDEX events_in_order ON events (history, seq);
        CREATE INDEX events_by_publication ON events (history, publication);
        CREATE INDEX events_by_time ON events (history, time);
        """;

    /// <summary>The size of a row of events, as <see cref="Realms.Events.StoredEvent.SizeInBytes"/> has it. A length is read from the row's head, not from its content.</summary>
    public static readonly string SizeOfEvent = $"({Realms.Events.StoredEvent.OverheadBytes} + length(CAST(topic AS BLOB)) + length(details) + length(arguments) + COALESCE(length(receivers), 0))";

    /// <summary>The id, the number of events and their size of one history: what a start reads of each.</summary>
    public static readonly string SelectVolume = $"""
        SELECT histories.id, COUNT(seq), COALESCE(SUM({SizeOfEvent}), 0) FROM histories LEFT JOIN events ON history = histories.id
          WHERE realm = $realm AND match = $match AND uri = $uri GROUP BY histories.id;
        """;

    /// <summary>Says of which history a command is.</summary>
    public static void Bind(SqliteCommand command, string realm, HistorySettings settings)
    {
        command.Parameters.AddWithValue("$realm", realm);
        command.Parameters.AddWithValue("$match", Encoding.UTF8.GetString(MatchPolicies.Word(settings.Match)));
        command.Parameters.AddWithValue("$uri", settings.Uri);
    }

    /// <summary>Makes the tables in a new file.</summary>
    /// <exception cref="InvalidDataException">The file is of another version.</exception>
    public static void Prepare(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using var transaction = connection.BeginTransaction(deferred: false);
        using var version = connection.CreateCommand();
        version.Transaction = transaction;
        version.CommandText = "PRAGMA user_version";
        switch (version.ExecuteScalar())
        {
            case 0L:
                Execute(connection, $"{Tables} PRAGMA user_version = {Version};", transaction);
                break;
            case Version:
                break;
            case var other:
                throw new InvalidDataException(other is long number ? DescribeVersion(number) : "it has no version");
        }

        transaction.Commit();
    }

    /// <summary>What is said of a file of another version.</summary>
    public static string DescribeVersion(long version) => $"it has the version {version}, this router reads version {Version}";

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // only constants come here
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
