using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WampRouter.Configuration.Documents;

/// <summary>Reads a configuration file whole; what keeps it from being text is a mistake like any other.</summary>
internal static class SourceFile
{
    /// <summary>The largest text of a realm or of settings, from a file or from code.</summary>
    public const int MaxBytes = ConfiguredFile.MaxBytes;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text of a file, or null and the mistake.</summary>
    public static SourceText? Read(string filePath, List<ConfigurationMistake> mistakes)
    {
        if (!ConfiguredFile.TryRead(filePath, out var bytes, out var problem))
        {
            mistakes.Add(new ConfigurationMistake(filePath, problem));
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
