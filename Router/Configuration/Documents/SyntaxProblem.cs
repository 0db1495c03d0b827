using System.Text.Json;

namespace WampRouter.Configuration.Documents;

/// <summary>Says what is wrong with JSON that does not parse: the usual slips in plain words, the rest in those of the JSON reader. Repeats no text of the file, which may be a secret.</summary>
internal static class SyntaxProblem
{
    private const string PositionSuffix = " LineNumber:";
    private const string CommaMissing = "a comma is missing here";

    /// <summary>Where and what.</summary>
    /// <param name="exception">What the JSON reader found.</param>
    /// <param name="source">The file.</param>
    /// <param name="open">The object or list it happened in, if any.</param>
    /// <param name="end">Behind what was read last; null where the file holds no value at all.</param>
    public static (int Offset, string Problem) Describe(JsonException exception, SourceText source, DocumentNode? open, int? end)
    {
        var text = source.Utf8;
        var offset = source.OffsetOf(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
        if (text[offset..].Trim(" \t\r\n"u8).IsEmpty)
        {
            if (open is not null)
            {
                return (offset, $"the file ends inside the {WordFor(open)} that starts at {source.PositionOf(open.Offset)}");
            }

            if (end is null)
            {
                return (offset, "the file is empty");
            }
        }
        else if (text[offset] == (byte)'\'')
        {
            return (offset, "keys and texts stand in \"double quotes\"");
        }
        else if (text[offset] is (byte)'\r' or (byte)'\n' && exception.Message.Contains("within a JSON string", StringComparison.Ordinal))
        {
            return (offset, "a text must end in the line it begins in: its closing '\"' is missing");
        }
        else if (TryFindBareWord(text, offset, out var start))
        {
            return (start, "a word without quotes; keys and texts stand in \"double quotes\", the only bare words are true, false and null");
        }
        else if (FindPunctuation(exception.Message, source, offset, open) is { } problem)
        {
            // What lacks a comma is the value before, which may be many lines up.
            return (problem == CommaMissing ? end ?? offset : offset, problem);
        }

        var cut = exception.Message.IndexOf(PositionSuffix, StringComparison.Ordinal);
        return (offset, cut < 0 ? exception.Message : exception.Message[..cut]);
    }

    private static string? FindPunctuation(string message, SourceText source, int offset, DocumentNode? open)
    {
        var found = (char)source.Utf8[offset];
        var before = source.Utf8[..offset].TrimEnd(" \t\r\n"u8);
        return
            open is null ? null
            : found is '}' && open.Kind == NodeKind.List || found is ']' && open.Kind == NodeKind.Object
                ? $"the {WordFor(open)} that starts at {source.PositionOf(open.Offset)} is still open: '{(open.Kind == NodeKind.List ? ']' : '}')}' is missing"
            : message.Contains("after a value", StringComparison.Ordinal) && found is '"' or '{' or '[' or '-' ? CommaMissing
            : message.Contains("after a property name", StringComparison.Ordinal) ? "a ':' is missing between a key and its value"
            : found is ',' or '}' or ']' && before.EndsWith(":"u8) ? "the value is missing"
            : found is ',' && (before.EndsWith(","u8) || before.EndsWith("{"u8) || before.EndsWith("["u8)) ? "one comma too many"
            : null;
    }

    private static string WordFor(DocumentNode open) => open.Kind == NodeKind.Object ? "object" : "list";

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
