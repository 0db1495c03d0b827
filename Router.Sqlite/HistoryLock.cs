using System.Globalization;

namespace WampRouter.Sqlite;

/// <summary>
/// Keeps a second router off a file of histories, or of queues: two would answer for the same topics from tables that do not know of each other. The system gives the lock back when the
/// process ends, however it ends.
/// </summary>
internal sealed class HistoryLock : IDisposable
{
    // The lock itself cannot be read by others while it is held, so who holds it stands in a file beside it.
    private const string LockSuffix = ".lock";
    private const string OwnerSuffix = ".owner";
    private const int LongestOwner = 200;

    /// <summary>The names of its files, of the histories' file.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [HistoryFile.Name + LockSuffix, HistoryFile.Name + OwnerSuffix];

    private readonly FileStream _lock;

    private HistoryLock(FileStream held) => _lock = held;

    /// <summary>Takes the lock of a directory that is there.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="time">Says since when.</param>
    /// <param name="file">The name of the file that is locked.</param>
    /// <exception cref="InvalidDataException">Another router has it.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static HistoryLock Take(string directory, TimeProvider time, string file = HistoryFile.Name)
    {
        FileStream held;
        try
        {
            held = Open(directory, file, FileMode.OpenOrCreate);
        }
        catch (IOException e) when (FindOwner(directory, file) is { } owner)
        {
            throw new InvalidDataException($"it {owner}", e);
        }

        var since = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(directory, file + OwnerSuffix), $"process {Environment.ProcessId} on {Environment.MachineName} since {since}\n");
        return new HistoryLock(held);
    }

    /// <summary>Says who has the lock, or null if nobody has.</summary>
    public static string? FindOwner(string directory, string file = HistoryFile.Name)
    {
        if (!File.Exists(Path.Combine(directory, file + LockSuffix)))
        {
            return null;
        }

        try
        {
            Open(directory, file, FileMode.Open).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"is in use by another router{ReadOwner(directory, file)}; each needs a DataDirectory of its own";
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static FileStream Open(string directory, string file, FileMode mode) => new(Path.Combine(directory, file + LockSuffix), mode, FileAccess.ReadWrite, FileShare.None);

    private static string ReadOwner(string directory, string file)
    {
        try
        {
            var owner = File.ReadAllText(Path.Combine(directory, file + OwnerSuffix)).Trim();
            return owner.Length is > 0 and <= LongestOwner ? $" ({owner})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
