using Microsoft.Data.Sqlite;

namespace WampRouter.Sqlite;

/// <summary>What went wrong with the file of the event histories, in words that say what to do.</summary>
internal static class DiskTrouble
{
    // https://sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NoDatabase = 26;

    /// <summary>What to do about a file that is damaged.</summary>
    public const string Damaged = "it is damaged: with the router stopped, put a copy back, or make what can be read of it into a new file (sqlite3 history.db .recover | sqlite3 new.db), or move it away, with its -wal and -shm, to begin with empty histories";

    /// <summary>What to do about a file that was taken away from under the router.</summary>
    private const string Moved = "it was removed, moved or replaced while the router runs: put it back, or restart the router, which goes on with what is there then";

    /// <summary>The cause and the cure. A damaged page can make numbers of anything.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        HistoryFileMovedException => Moved,
        InvalidCastException or OverflowException => Damaged,
        SqliteException trouble => Explain(trouble),
        _ => exception.Message,
    };

    private static string Explain(SqliteException trouble) => trouble.SqliteErrorCode switch
    {
        Full => "the disk is full: make room there, and events are written again",
        InputOutput => "it cannot be read or written: see what the system's log says of the disk, whether there is room on it, and whether a limit of file sizes is set (ulimit -f)",
        Corrupt or NoDatabase => Damaged,
        Busy or Locked => "another process has it locked: end that, or give it a copy to work with",
        ReadOnly or CannotOpen => "this user may not write there: look at the permissions of the file and its directory, and whether the disk is mounted for reading only",
        _ => trouble.Message,
    };
}
