using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace WampRouter.Sqlite;

/// <summary>
/// The file that a connection has open, and whether it is still the one of its name. On Unix a file that is removed can be written to for as long as it is open: what is
/// written there is gone when the router stops.
/// </summary>
internal static partial class OpenFile
{
    private const int Ok = 0;
    private const int HasMoved = 20;        // SQLITE_FCNTL_HAS_MOVED, https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html

    /// <summary>Costs one <c>stat</c>. Where a system does not let an open file be removed, nothing is found.</summary>
    /// <exception cref="HistoryFileMovedException">It was removed, moved or replaced.</exception>
    public static void ThrowIfMoved(SqliteConnection connection)
    {
        if (FileControl(connection.Handle!, databaseName: 0, HasMoved, out var isMoved) == Ok && isMoved != 0)
        {
            throw new HistoryFileMovedException();
        }
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static partial int FileControl(SQLitePCL.sqlite3 connection, nint databaseName, int operation, out int result);
}

/// <summary>The file was removed, moved or replaced while the router has it open.</summary>
internal sealed class HistoryFileMovedException() : IOException("the file of that name is another, or there is none");
