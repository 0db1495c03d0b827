using Microsoft.Data.Sqlite;

namespace WampRouter.Sqlite;

/// <summary>The tables of the file of the queues.</summary>
internal static class QueueSchema
{
    /// <summary>Its name in the data directory.</summary>
    public const string FileName = "webhooks.db";

    /// <summary>Goes up when the tables change; a file of another version is not touched.</summary>
    public const long Version = 1;

    // place: the order of delivery, over all queues. died: when it became a dead letter; null: it waits.
    private const string Tables = """
        CREATE TABLE queues (id INTEGER PRIMARY KEY, realm TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (realm, name));
        CREATE TABLE deliveries (
          place INTEGER PRIMARY KEY, queue INTEGER NOT NULL, id TEXT NOT NULL, time INTEGER NOT NULL, body BLOB NOT NULL,
          died INTEGER, attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '');
        CREATE INDEX deliveries_in_order ON deliveries (queue, died, place);
        """;

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
                throw new InvalidDataException($"it has the version {other}, this router reads version {Version}");
        }

        transaction.Commit();
    }

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
