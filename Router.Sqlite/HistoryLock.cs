using System.Globalization;

namespace WampRouter.Sqlite;

/// <summary>
/// Keeps a second router off a history file: two would answer for the same topics from tables that do not know of each other. The system gives the lock back when the
/// process ends, however it ends.
/// </summary>
internal sealed class HistoryLock : IDisposable
{
    // The lock itself cannot be read by others while it is held, so who holds it stands in a file beside it.
    private const string LockName = "history.db.lock";
    private const string OwnerName = "history.db.owner";
    private const int LongestOwner = 200;

    /// <summary>The names of its files.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [LockName, OwnerName];

    private readonly FileStream _lock;

    private HistoryLock(FileStream held) => _lock = held;

    /// <summary>Takes the lock of a directory that is there.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="time">Says since when.</param>
    /// <exception cref="InvalidDataException">Another router has it.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static HistoryLock Take(string directory, TimeProvider time)
    {
        FileStream held;
        try
        {
            held = Open(directory, FileMode.OpenOrCreate);
        }
        catch (IOException e) when (FindOwner(directory) is { } owner)
        {
            throw new InvalidDataException($"it {owner}", e);
        }

        var since = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(directory, OwnerName), $"process {Environment.ProcessId} on {Environment.MachineName} since {since}\n");
        return new HistoryLock(held);
    }

    /// <summary>Says who has the lock, or null if nobody has.</summary>
    public static string? FindOwner(string directory)
    {
        if (!File.Exists(Path.Combine(directory, LockName)))
        {
            return null;
        }

        try
        {
            Open(directory, FileMode.Open).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"is in use by another router{ReadOwner(directory)}; each needs a DataDirectory of its own";
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static FileStream Open(string directory, FileMode mode) => new(Path.Combine(directory, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    private static string ReadOwner(string directory)
    {
        try
        {
            var owner = File.ReadAllText(Path.Combine(directory, OwnerName)).Trim();
            return owner.Length is > 0 and <= LongestOwner ? $" ({owner})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
