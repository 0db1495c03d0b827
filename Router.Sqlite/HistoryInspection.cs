using Microsoft.Data.Sqlite;
using SQLitePCL;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;

namespace WampRouter.Sqlite;

/// <summary>
/// Reads from a history file that nobody has open what a start reads from it, and changes nothing: neither the file nor its write-ahead log, and no <c>-shm</c> is made.
/// Whether a file is whole is for SQLite to say.
/// </summary>
internal static class HistoryInspection
{
    /// <summary>What would keep a router from opening these histories, or null.</summary>
    /// <param name="path">The file, which is there.</param>
    /// <param name="histories">The durable ones of all realms.</param>
    /// <param name="hasLog">Whether there is something in its write-ahead log.</param>
    /// <param name="found">Gets what is in them.</param>
    public static string? FindProblem(string path, IEnumerable<(string Realm, HistorySettings Settings)> histories, bool hasLog, InspectedHistories found)
    {
        found.Begin(path);
        Batteries_V2.Init();
        using var connection = new SqliteConnection(ConnectionString(path, hasLog));
        try
        {
            connection.Open();
            if (hasLog)
            {
                LeaveLogAsItIs(connection);
            }

            return ReadVersion(connection) switch
            {
                (SqliteSchema.Version, _) => Read(connection, histories, found),
                (0, HasTables: false) => null,      // they are made
                (0, _) => "it is a database of something else",
                var (version, _) => SqliteSchema.DescribeVersion(version),
            };
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or OverflowException)
        {
            return DiskTrouble.Explain(e) is var cause && cause != e.Message ? $"{cause}. ({e.Message})" : cause;
        }
    }

    // Immutable: SQLite takes no lock and looks for no log. With one it must look, and can then not be told that nothing changes.
    private static string ConnectionString(string path, bool hasLog) => new SqliteConnectionStringBuilder
    {
        DataSource = hasLog ? path : $"{new Uri(path).AbsoluteUri}?immutable=1",
        Mode = hasLog ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly,
        Pooling = false,
    }.ToString();

    /// <summary>Exclusive: the index of the log is kept in memory. At its end the connection would write the log into the file, and take it away.</summary>
    private static void LeaveLogAsItIs(SqliteConnection connection)
    {
        raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;";
        command.ExecuteNonQuery();
    }

    private static (long Version, bool HasTables) ReadVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT user_version, EXISTS (SELECT 1 FROM sqlite_schema WHERE name IN ('histories', 'events')) FROM pragma_user_version";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetBoolean(1));
    }

    private static string? Read(SqliteConnection connection, IEnumerable<(string Realm, HistorySettings Settings)> histories, InspectedHistories found)
    {
        foreach (var (realm, settings) in histories)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only constants are put in
            command.CommandText = SqliteSchema.SelectVolume;
#pragma warning restore CA2100
            SqliteSchema.Bind(command, realm, settings);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                found.Add(realm, settings, row.GetInt64(0), new HistoryVolume(row.GetInt64(1), row.GetInt64(2)));
            }
        }

        return null;
    }
}
