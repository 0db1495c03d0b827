using System.Text.Unicode;

namespace WampRouter.Wire.Cbor;

/// <summary>RFC 8949, well-formedness and valid UTF-8. Indefinite lengths and unknown tags are taken.</summary>
internal static class CborSyntax
{
    public const int False = 20;
    public const int True = 21;
    public const int Null = 22;
    public const int Undefined = 23;
    public const int Half = 25;
    public const int Double = 27;

    private const int SimpleInNextByte = 24;

    /// <summary>Validates one value and moves behind it. Recursion is bounded by <see cref="WireLimits.MaxDepth"/>.</summary>
    public static bool TrySkip(scoped ref TokenReader reader, int depth, bool textKeys)
    {
        if (!CborHead.TryRead(ref reader, out var head))
        {
            return false;
        }

        switch (head.Major)
        {
            case CborHead.Bytes:
            case CborHead.Text:
                return TrySkipString(ref reader, head);
            case CborHead.List:
            case CborHead.Dictionary:
                return TrySkipItems(ref reader, head, depth + 1, textKeys);
            case CborHead.Tag:
                return depth < WireLimits.MaxDepth ? TrySkip(ref reader, depth + 1, textKeys) : reader.Fail(WireFaults.TooDeep);
            case CborHead.Simple:
                return head.Info != SimpleInNextByte || head.Argument >= 32 || reader.Fail("the CBOR holds a malformed simple value");
            default:
                return true;
        }
    }

    private static bool TrySkipItems(scoped ref TokenReader reader, CborHead head, int depth, bool textKeys)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return reader.Fail(WireFaults.TooDeep);
        }

        var isDictionary = head.Major == CborHead.Dictionary;
        var items = CborTokenReader.ItemsOf(head);
        while (CborTokenReader.TryMoveNext(ref reader, ref items))
        {
            if (isDictionary && !TrySkipKey(ref reader, depth, textKeys))
            {
                return false;
            }

            if (!TrySkip(ref reader, depth, textKeys))
            {
                return false;
            }
        }

        return reader.Fault is null;
    }

    private static bool TrySkipKey(scoped ref TokenReader reader, int depth, bool textKeys)
    {
        if (!textKeys)
        {
            return TrySkip(ref reader, depth, textKeys: false);
        }

        return CborTokenReader.TryReadString(ref reader, CborHead.Text, out _) || reader.Fail(WireFaults.KeyIsNotText);
    }

    /// <summary>Passes the content of a text or byte string; each chunk of an indefinite one is a definite string of the same type.</summary>
    public static bool TrySkipString(scoped ref TokenReader reader, CborHead head)
    {
        if (!head.IsIndefinite)
        {
            return TrySkipContent(ref reader, head);
        }

        while (reader.Remaining > 0)
        {
            if (reader.Bytes[reader.Position] == CborHead.Break)
            {
                reader.Position++;
                return true;
            }

            if (!CborHead.TryRead(ref reader, out var chunk))
            {
                return false;
            }

            if (chunk.Major != head.Major || chunk.IsIndefinite)
            {
                return reader.Fail("the CBOR holds a string with a chunk of another type");
            }

            if (!TrySkipContent(ref reader, chunk))
            {
                return false;
            }
        }

        return reader.Fail(WireFaults.Truncated);
    }

    private static bool TrySkipContent(scoped ref TokenReader reader, CborHead head)
    {
        var content = reader.Bytes.Slice(reader.Position, (int)head.Argument);
        reader.Position += content.Length;
        return head.Major == CborHead.Bytes || Utf8.IsValid(content) || reader.Fail(WireFaults.NotUtf8);
    }

    /// <summary>The content of a validated string of indefinite length, given from its first chunk to its break.</summary>
    public static int JoinChunks(ReadOnlySpan<byte> chunks, Span<byte> destination)
    {
        var reader = new TokenReader(WireFormat.Cbor, chunks);
        var written = 0;
        while (reader.Remaining > 0 && chunks[reader.Position] != CborHead.Break && CborHead.TryRead(ref reader, out var head))
        {
            var content = chunks.Slice(reader.Position, (int)head.Argument);
            content.CopyTo(destination[written..]);
            written += content.Length;
            reader.Position += content.Length;
        }

        return written;
    }
}
