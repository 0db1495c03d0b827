using System.Text.Unicode;

namespace WampRouter.Wire.Cbor;

/// <summary>
/// RFC 8949: well-formedness and valid UTF-8. Indefinite lengths and any tag are taken. Methods answer the position behind what
/// they read, or a fault (<see cref="WireFaults"/>).
/// </summary>
internal static class CborSyntax
{
    public const int False = 20;
    public const int True = 21;
    public const int Null = 22;
    public const int Undefined = 23;
    public const int Half = 25;
    public const int Single = 26;
    public const int Double = 27;
    public const byte EmptyList = CborHead.List << 5;

    private const int SimpleInNextByte = 24;
    private const int FirstSimpleInNextByte = 32;

    /// <summary>Validates the item at a position. Recursion is bounded by <see cref="WireLimits.MaxDepth"/>.</summary>
    /// <returns>The position behind it, or a fault.</returns>
    public static int Skip(ReadOnlySpan<byte> bytes, int position, int depth, bool textKeys)
    {
        CborHead.Read(bytes, position, out var head);
        if (head.Content < 0)
        {
            return head.Content;
        }

        return head.Major switch
        {
            CborHead.Bytes or CborHead.Text => SkipString(bytes, head),
            CborHead.List or CborHead.Dictionary => SkipItems(bytes, head, depth + 1, textKeys),
            CborHead.Tag => depth < WireLimits.MaxDepth ? Skip(bytes, head.Content, depth + 1, textKeys) : WireFaults.TooDeep,
            CborHead.Simple when IsMalformedSimple(head) => WireFaults.CborSimple,
            _ => head.Content,
        };
    }

    /// <summary>Whether a simple value takes two bytes though it has one.</summary>
    public static bool IsMalformedSimple(scoped in CborHead head) =>
        head.Major == CborHead.Simple && head.Info == SimpleInNextByte && head.Argument < FirstSimpleInNextByte;

    private static int SkipItems(ReadOnlySpan<byte> bytes, scoped in CborHead container, int depth, bool textKeys)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return WireFaults.TooDeep;
        }

        var position = container.Content;
        for (var left = container.Argument; position >= 0; left--)
        {
            if (container.IsIndefinite && position < bytes.Length && bytes[position] == CborHead.Break)
            {
                return position + 1;
            }

            if (!container.IsIndefinite && left == 0)
            {
                return position;
            }

            if (container.Major == CborHead.Dictionary)
            {
                position = textKeys ? SkipTextKey(bytes, position) : Skip(bytes, position, depth, textKeys: false);
            }

            position = position < 0 ? position : Skip(bytes, position, depth, textKeys);
        }

        return position;
    }

    private static int SkipTextKey(ReadOnlySpan<byte> bytes, int position)
    {
        CborHead.Read(bytes, position, out var head);
        return head.Content >= 0 && head.Major != CborHead.Text ? WireFaults.KeyIsNotText : SkipString(bytes, head);
    }

    /// <summary>Passes the content of a text or byte string.</summary>
    public static int SkipString(ReadOnlySpan<byte> bytes, scoped in CborHead head)
    {
        if (head.Content < 0)
        {
            return head.Content;
        }

        if (head.IsIndefinite)
        {
            return SkipChunks(bytes, head);
        }

        var length = (int)head.Argument;
        var isValid = head.Major == CborHead.Bytes || Utf8.IsValid(bytes.Slice(head.Content, length));
        return isValid ? head.Content + length : WireFaults.NotUtf8;
    }

    /// <summary>Each chunk of an indefinite string is a definite string of the same type.</summary>
    private static int SkipChunks(ReadOnlySpan<byte> bytes, scoped in CborHead head)
    {
        var position = head.Content;
        while (position >= 0)
        {
            if (position < bytes.Length && bytes[position] == CborHead.Break)
            {
                return position + 1;
            }

            CborHead.Read(bytes, position, out var chunk);
            var isLegal = chunk.Content < 0 || (chunk.Major == head.Major && !chunk.IsIndefinite);
            position = isLegal ? SkipString(bytes, chunk) : WireFaults.CborChunk;
        }

        return position;
    }

    /// <summary>The content of a validated string of indefinite length, given from its first chunk to its break.</summary>
    public static int JoinChunks(ReadOnlySpan<byte> chunks, Span<byte> destination)
    {
        var written = 0;
        for (var position = 0; position < chunks.Length && chunks[position] != CborHead.Break;)
        {
            CborHead.Read(chunks, position, out var head);
            var content = chunks.Slice(head.Content, (int)head.Argument);
            content.CopyTo(destination[written..]);
            written += content.Length;
            position = head.Content + content.Length;
        }

        return written;
    }
}
