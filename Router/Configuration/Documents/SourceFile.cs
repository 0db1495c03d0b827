using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WampRouter.Configuration.Documents;

/// <summary>Reads a configuration file whole; what keeps it from being text is a mistake like any other.</summary>
internal static class SourceFile
{
    /// <summary>The largest file read: far beyond any realm, far below what would hurt.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text of a file, or null and the mistake.</summary>
    public static SourceText? Read(string filePath, List<ConfigurationMistake> mistakes)
    {
        byte[]? bytes;
        try
        {
            bytes = ReadBounded(filePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new ConfigurationMistake(filePath, $"cannot be read: {e.Message}"));
            return null;
        }

        if (bytes is null)
        {
            mistakes.Add(new ConfigurationMistake(filePath, $"is larger than {MaxBytes / 1024 / 1024} MiB, the most a configuration file may have"));
            return null;
        }

        if (bytes.AsSpan().StartsWith(Utf8Mark))
        {
            bytes = bytes[Utf8Mark.Length..];
        }

        var source = new SourceText(filePath, bytes);
        if (Utf8.IsValid(bytes))
        {
            return source;
        }

        mistakes.Add(new ConfigurationMistake(filePath, DescribeForeignText(bytes)) { Position = source.PositionOf(FirstInvalid(bytes)) });
        return null;
    }

    private static byte[]? ReadBounded(string filePath)
    {
        using var stream = File.OpenRead(filePath);
        if (stream.Length > MaxBytes)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string DescribeForeignText(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "is UTF-16 text; save the file as UTF-8",
        _ => "is not UTF-8 text from here on; save the file as UTF-8",
    };

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (offset < bytes.Length && Rune.DecodeFromUtf8(bytes[offset..], out _, out var length) == OperationStatus.Done)
        {
            offset += length;
        }

        return offset;
    }
}
