using System.Text.Json;

namespace WampRouter.Configuration.Documents;

/// <summary>Says what is wrong with JSON that does not parse: the usual slips in plain words, the rest in those of the JSON reader. Repeats no text of the file, which may be a secret.</summary>
internal static class SyntaxProblem
{
    private const string PositionSuffix = " LineNumber:";

    /// <summary>Where and what.</summary>
    /// <param name="exception">What the JSON reader found.</param>
    /// <param name="source">The file.</param>
    /// <param name="open">The object or list it happened in, if any.</param>
    /// <param name="somethingRead">False where the file holds no value at all.</param>
    public static (int Offset, string Problem) Describe(JsonException exception, SourceText source, DocumentNode? open, bool somethingRead)
    {
        var text = source.Utf8;
        var offset = source.OffsetOf(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
        if (text[offset..].Trim(" \t\r\n"u8).IsEmpty)
        {
            if (open is not null)
            {
                var what = open.Kind == NodeKind.Object ? "object" : "list";
                return (offset, $"the file ends inside the {what} that starts at {source.PositionOf(open.Offset)}");
            }

            if (!somethingRead)
            {
                return (offset, "the file is empty");
            }
        }
        else if (text[offset] == (byte)'\'')
        {
            return (offset, "keys and texts stand in \"double quotes\"");
        }
        else if (TryFindBareWord(text, offset, out var start))
        {
            return (start, "a word without quotes; keys and texts stand in \"double quotes\", the only bare words are true, false and null");
        }

        var end = exception.Message.IndexOf(PositionSuffix, StringComparison.Ordinal);
        return (offset, end < 0 ? exception.Message : exception.Message[..end]);
    }

    // The reader stops within a word where it looks like null, true or false: go back to where it starts.
    private static bool TryFindBareWord(ReadOnlySpan<byte> text, int offset, out int start)
    {
        start = offset;
        while (start > 0 && IsWordByte(text[start - 1]))
        {
            start--;
        }

        var isEscape = start > 0 && text[start - 1] == (byte)'\\';
        return IsWordByte(text[start]) && !char.IsAsciiDigit((char)text[start]) && !isEscape;
    }

    private static bool IsWordByte(byte b) => char.IsAsciiLetterOrDigit((char)b) || b == (byte)'_';
}
