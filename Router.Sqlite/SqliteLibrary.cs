namespace WampRouter.Sqlite;

/// <summary>SQLite itself, a library of the system's kind beside the program: without it no durable history can be kept, and .NET says so only when the first one is opened, in words for developers.</summary>
internal static class SqliteLibrary
{
    /// <summary>What it is called on this system.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "e_sqlite3.dll" : OperatingSystem.IsMacOS() ? "libe_sqlite3.dylib" : "libe_sqlite3.so";

    /// <summary>Why it cannot be used, as the end of a sentence; null: it can.</summary>
    /// <param name="load">Loads it in another way, for a test.</param>
    public static string? FindProblem(Action? load = null)
    {
        try
        {
            (load ?? SQLitePCL.Batteries_V2.Init)();
            return null;
        }
        catch (Exception e) when (e.GetBaseException() is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return $"SQLite's library {FileName} is missing or of no use on this system: put the one that came with the program into {AppContext.BaseDirectory}, or keep the history in memory (\"store\": \"memory\")";
        }
    }
}
