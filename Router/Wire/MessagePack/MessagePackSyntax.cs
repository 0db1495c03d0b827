using System.Buffers.Binary;
using System.Text.Unicode;

namespace WampRouter.Wire.MessagePack;

/// <summary>The first bytes of a MessagePack value: what it is and how much of it follows.</summary>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Tag">The first byte, which for small values is the value.</param>
/// <param name="Length">Items of a list, pairs of a dictionary, else bytes that follow the head. Never more than can be left.</param>
internal readonly record struct MessagePackHead(WireKind Kind, byte Tag, int Length);

/// <summary>The format of <c>github.com/msgpack/msgpack/blob/master/spec.md</c>. Lengths are compared with what is left before anything uses them.</summary>
internal static class MessagePackSyntax
{
    public const byte Nil = 0xC0;
    public const byte False = 0xC2;
    public const byte True = 0xC3;
    public const byte FixExt1 = 0xD4;

    /// <summary>Validates one value and moves behind it. Recursion is bounded by <see cref="WireLimits.MaxDepth"/>.</summary>
    public static bool TrySkip(scoped ref TokenReader reader, int depth, bool textKeys)
    {
        if (!TryReadHead(ref reader, out var head))
        {
            return false;
        }

        switch (head.Kind)
        {
            case WireKind.List:
                return TrySkipItems(ref reader, head.Length, depth + 1, textKeys);
            case WireKind.Dictionary:
                return textKeys
                    ? TrySkipTextPairs(ref reader, head.Length, depth + 1)
                    : TrySkipItems(ref reader, 2L * head.Length, depth + 1, textKeys);
            case WireKind.Text when !Utf8.IsValid(reader.Bytes.Slice(reader.Position, head.Length)):
                return reader.Fail(WireFaults.NotUtf8);
            default:
                reader.Position += head.Length;
                return true;
        }
    }

    private static bool TrySkipItems(scoped ref TokenReader reader, long count, int depth, bool textKeys)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return reader.Fail(WireFaults.TooDeep);
        }

        for (; count > 0; count--)
        {
            if (!TrySkip(ref reader, depth, textKeys))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TrySkipTextPairs(scoped ref TokenReader reader, int pairs, int depth)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return reader.Fail(WireFaults.TooDeep);
        }

        for (; pairs > 0; pairs--)
        {
            if (!MessagePackTokenReader.TryReadText(ref reader, out _))
            {
                return reader.Fail(WireFaults.KeyIsNotText);
            }

            if (!TrySkip(ref reader, depth, textKeys: true))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the head and checks that what it announces can be there.</summary>
    public static bool TryReadHead(scoped ref TokenReader reader, out MessagePackHead head)
    {
        head = default;
        if (reader.Remaining == 0)
        {
            return reader.Fail(WireFaults.Truncated);
        }

        var tag = reader.Bytes[reader.Position++];
        var (kind, length) = tag switch
        {
            <= 0x7F or >= 0xE0 => (WireKind.Integer, 0L),
            <= 0x8F => (WireKind.Dictionary, tag & 0x0F),
            <= 0x9F => (WireKind.List, tag & 0x0F),
            <= 0xBF => (WireKind.Text, tag & 0x1F),
            _ => ReadLongHead(ref reader, tag),
        };
        var leastBytes = kind is WireKind.Dictionary ? 2 * length : length;
        if (leastBytes > reader.Remaining)
        {
            return reader.Fail(WireFaults.Truncated);
        }

        head = new MessagePackHead(kind, tag, (int)length);
        return reader.Fault is null;
    }

    private static (WireKind Kind, long Length) ReadLongHead(scoped ref TokenReader reader, byte tag)
    {
        switch (tag)
        {
            case Nil:
                return (WireKind.Null, 0);
            case 0xC1:
                reader.Fail("MessagePack byte 0xC1 is never used");
                return (WireKind.Absent, 0);
            case False or True:
                return (WireKind.Boolean, 0);
            case 0xC4 or 0xC5 or 0xC6:
                return (WireKind.Binary, ReadLength(ref reader, tag - 0xC4));
            case 0xC7 or 0xC8 or 0xC9:
                return (WireKind.Extension, ReadLength(ref reader, tag - 0xC7) + 1);
            case 0xCA:
                return (WireKind.Float, sizeof(float));
            case 0xCB:
                return (WireKind.Float, sizeof(double));
            case >= 0xCC and <= 0xCF:
                return (WireKind.Integer, 1 << (tag - 0xCC));
            case >= 0xD0 and <= 0xD3:
                return (WireKind.Integer, 1 << (tag - 0xD0));
            case FixExt1 when reader.Remaining > 0 && reader.Bytes[reader.Position] == 0:
                return (WireKind.Absent, 2);
            case >= FixExt1 and <= 0xD8:
                return (WireKind.Extension, (1 << (tag - FixExt1)) + 1);
            case 0xD9 or 0xDA or 0xDB:
                return (WireKind.Text, ReadLength(ref reader, tag - 0xD9));
            case 0xDC or 0xDD:
                return (WireKind.List, ReadLength(ref reader, tag - 0xDC + 1));
            default:
                return (WireKind.Dictionary, ReadLength(ref reader, tag - 0xDE + 1));
        }
    }

    /// <summary>A length of 1, 2 or 4 bytes (<paramref name="sizeLog2"/> 0, 1, 2).</summary>
    private static long ReadLength(scoped ref TokenReader reader, int sizeLog2)
    {
        var size = 1 << sizeLog2;
        if (reader.Remaining < size)
        {
            reader.Fail(WireFaults.Truncated);
            return 0;
        }

        var bytes = reader.Bytes.Slice(reader.Position, size);
        reader.Position += size;
        return sizeLog2 switch
        {
            0 => bytes[0],
            1 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }
}
