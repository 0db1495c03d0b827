using System.Buffers.Binary;
using WampRouter.Realms.Settings;

namespace WampRouter.Sqlite;

/// <summary>The file of the durable histories, looked at from outside: whether a router could open it.</summary>
internal static class HistoryFile
{
    /// <summary>Its name in the data directory.</summary>
    public const string Name = "history.db";

    private const string LogSuffix = "-wal";
    private const int HeaderBytes = 100;

    // Big-endian: https://sqlite.org/fileformat.html
    private const int PageSizeOffset = 16;      // 1 for LargestPage
    private const int ChangeCounterOffset = 24;
    private const int PageCountOffset = 28;     // of use only where the change counter is the one at ValidForOffset
    private const int ValidForOffset = 92;
    private const int LargestPage = 65_536;

    private static ReadOnlySpan<byte> Signature => "SQLite format 3\0"u8;

    // What SQLite keeps beside the file: the write-ahead log and its index, and for a moment the journal of a file that is new.
    private static readonly string[] Companions = [Name + LogSuffix, $"{Name}-shm", $"{Name}-journal"];

    /// <summary>What would keep a router from using the directory; <c>IsTaken</c> where only another router does. Leaves nothing behind.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="histories">The durable histories of all realms.</param>
    /// <param name="found">Gets what is in them; null where nobody wants to know.</param>
    public static (string Problem, bool IsTaken)? FindProblem(string directory, IEnumerable<(string Realm, HistorySettings Settings)> histories, InspectedHistories? found = null)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                return FindProblemAbove(directory) is { } above ? (above, false) : null;
            }

            return (FindProblemOfWriting(directory) ?? FindProblemOfFiles(directory)) is { } unwritable ? (unwritable, false)
                : HistoryLock.FindOwner(directory) is { } owner ? ($"{Path.Combine(directory, Name)} {owner}", true)
                : FindProblemIn(Path.Combine(directory, Name), histories, found ?? new InspectedHistories()) is { } problem ? (problem, false)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ($"event histories cannot be kept there: {e.Message}", false);
        }
    }

    /// <summary>The directory is to be made: in the innermost one above it that is there.</summary>
    private static string? FindProblemAbove(string directory)
    {
        for (var above = directory; above is not null; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
            {
                return $"event histories cannot be kept there: {above} is a file";
            }

            if (Directory.Exists(above))
            {
                return FindProblemOfWriting(above);
            }
        }

        return null;
    }

    /// <summary>Makes a file and takes it away again: no look at permissions says as much.</summary>
    private static string? FindProblemOfWriting(string directory)
    {
        var path = Path.Combine(directory, $".wamprouter-{Path.GetRandomFileName()}");
        try
        {
            new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"event histories cannot be kept there: this user cannot make a file in {directory}";
        }
    }

    /// <summary>Whether the file has fewer pages than its head says. What a router left that did not end in order may still be in the write-ahead log.</summary>
    private static bool IsCutShort(ReadOnlySpan<byte> header, long length)
    {
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeOffset..]) is var size and not 1 ? size : LargestPage;
        var isPageCountValid = header.Slice(ChangeCounterOffset, sizeof(int)).SequenceEqual(header.Slice(ValidForOffset, sizeof(int)));
        return isPageCountValid && (long)pageSize * BinaryPrimitives.ReadUInt32BigEndian(header[PageCountOffset..]) > length;
    }

    /// <summary>The write-ahead log of a file.</summary>
    public static string LogOf(string path) => path + LogSuffix;

    private static bool HasLog(string path) => new FileInfo(LogOf(path)) is { Exists: true, Length: > 0 };

    /// <summary>Whether all files that there are can be written, and are files.</summary>
    private static string? FindProblemOfFiles(string directory)
    {
        foreach (var path in from name in (IEnumerable<string>)[Name, .. Companions, .. HistoryLock.FileNames] select Path.Combine(directory, name))
        {
            if (Directory.Exists(path))
            {
                return $"{path} is a directory; it must be {(Path.GetFileName(path) == Name ? "the file of the event histories" : "a file, which the router makes itself")}";
            }

            try
            {
                if (File.Exists(path))
                {
                    // For both ways, because a pipe that is only read waits for a writer.
                    using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                    if (!file.CanSeek)
                    {
                        return $"{path} is no file, but a pipe or a device; move it away";
                    }
                }
            }
            catch (UnauthorizedAccessException)
            {
                return $"this user may not write the file {path}";
            }
            catch (IOException)
            {
                // Another router has it: who, is said of the lock.
            }
        }

        return null;
    }

    private static string? FindProblemIn(string path, IEnumerable<(string Realm, HistorySettings Settings)> histories, InspectedHistories found)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            return null;        // SQLite takes an empty file for a new one
        }

        return FindProblemOfHeader(path) ?? (HistoryInspection.FindProblem(path, histories, HasLog(path), found) is { } problem ? $"{path} cannot be opened: {problem}" : null);
    }

    /// <summary>What SQLite would say in fewer words.</summary>
    private static string? FindProblemOfHeader(string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith(Signature) ? $"{path} is not a file of event histories"
            : IsCutShort(header, stream.Length) && !HasLog(path) ? $"{path} is shorter than it says of itself, {stream.Length} bytes; {DiskTrouble.Damaged}"
            : null;
    }
}
