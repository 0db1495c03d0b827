using System.Buffers.Binary;

namespace WampRouter.Storage;

/// <summary>The file of the durable histories, looked at from outside: whether a router could open it.</summary>
internal static class HistoryFile
{
    /// <summary>Its name in the data directory.</summary>
    public const string Name = "history.db";

    private const int HeaderBytes = 100;

    // Big-endian: https://sqlite.org/fileformat.html
    private const int PageSizeOffset = 16;      // 1 for LargestPage
    private const int ChangeCounterOffset = 24;
    private const int PageCountOffset = 28;     // of use only where the change counter is the one at ValidForOffset
    private const int VersionOffset = 60;       // PRAGMA user_version
    private const int ValidForOffset = 92;
    private const int LargestPage = 65_536;

    private static ReadOnlySpan<byte> Signature => "SQLite format 3\0"u8;

    /// <summary>What would keep a router from using the directory; <c>IsTaken</c> where only another router does. Leaves nothing behind.</summary>
    public static (string Problem, bool IsTaken)? FindProblem(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                return FindProblemAbove(directory) is { } above ? (above, false) : null;
            }

            return FindProblemOfWriting(directory) is { } unwritable ? (unwritable, false)
                : HistoryLock.FindOwner(directory) is { } owner ? ($"{Path.Combine(directory, Name)} {owner}", true)
                : FindProblemIn(Path.Combine(directory, Name)) is { } problem ? (problem, false)
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

    private static bool HasLog(string path) => new FileInfo($"{path}-wal") is { Exists: true, Length: > 0 };

    private static string? FindProblemIn(string path)
    {
        if (Directory.Exists(path))
        {
            return $"{path} is a directory; it must be the file of the event histories";
        }

        if (!File.Exists(path))
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var length = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (length == 0)
        {
            return null;        // SQLite takes an empty file for a new one
        }

        if (length < HeaderBytes || !header.StartsWith(Signature))
        {
            return $"{path} is not a file of event histories";
        }

        if (IsCutShort(header, stream.Length) && !HasLog(path))
        {
            return $"{path} is shorter than it says of itself, {stream.Length} bytes; {DiskTrouble.Damaged}";
        }

        var version = BinaryPrimitives.ReadInt32BigEndian(header[VersionOffset..]);
        return version is 0 or (int)SqliteSchema.Version ? null : $"{path} has the version {version}, this router reads version {SqliteSchema.Version}";
    }
}
