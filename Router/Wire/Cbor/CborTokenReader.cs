using System.Numerics;

namespace WampRouter.Wire.Cbor;

/// <summary>
/// The CBOR half of <see cref="TokenReader"/>. Tags are passed over: what they wrap is the value (tag 64, which JavaScript encoders
/// put around bytes, is bytes). Only bignums, tags 2 and 3, are values of their own.
/// </summary>
internal static class CborTokenReader
{
    private const ulong PositiveBignum = 2;
    private const ulong NegativeBignum = 3;

    public static WireKind PeekKind(scoped ref TokenReader reader)
    {
        var peek = new TokenReader(reader.Format, reader.Bytes) { Position = reader.Position };
        if (!TryReadHeadBehindTags(ref peek, out var head, out var tag))
        {
            return WireKind.Absent;
        }

        return head.Major switch
        {
            CborHead.Unsigned or CborHead.Negative => WireKind.Integer,
            CborHead.Bytes => tag is PositiveBignum or NegativeBignum ? WireKind.Integer : WireKind.Binary,
            CborHead.Text => WireKind.Text,
            CborHead.List => WireKind.List,
            CborHead.Dictionary => WireKind.Dictionary,
            _ => KindOfSimple(head.Info),
        };
    }

    private static WireKind KindOfSimple(int info) => info switch
    {
        CborSyntax.False or CborSyntax.True => WireKind.Boolean,
        CborSyntax.Null => WireKind.Null,
        CborSyntax.Undefined => WireKind.Absent,
        >= CborSyntax.Half and <= CborSyntax.Double => WireKind.Float,
        _ => WireKind.Extension,
    };

    /// <summary>Reads the head of the value inside any tags, and the innermost tag (0, which we give no meaning, if there is none).</summary>
    private static bool TryReadHeadBehindTags(scoped ref TokenReader reader, out CborHead head, out ulong tag)
    {
        tag = 0;
        while (CborHead.TryRead(ref reader, out head))
        {
            if (head.Major != CborHead.Tag)
            {
                return true;
            }

            tag = head.Argument;
        }

        return false;
    }

    public static bool TryReadInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        var start = reader.Position;
        if (!TryReadHeadBehindTags(ref reader, out var head, out _))
        {
            return false;
        }

        var fits = head.Argument <= long.MaxValue;
        value = fits ? (long)head.Argument : 0;
        var isInteger = head.Major switch
        {
            CborHead.Unsigned => fits,
            CborHead.Negative => fits,
            CborHead.Simple => TryGetDouble(head, out var d) && WholeDouble.TryGet(d, out value),
            _ => false,
        };
        value = head.Major == CborHead.Negative ? -1 - value : value;
        reader.Position = isInteger ? reader.Position : start;
        return isInteger;
    }

    /// <summary>Reads an integer of any size, bignums included, up to <see cref="WireLimits.MaxBigIntegerBytes"/>.</summary>
    public static bool TryReadBigInteger(scoped ref TokenReader reader, out BigInteger value)
    {
        value = default;
        if (!TryReadHeadBehindTags(ref reader, out var head, out var tag))
        {
            return false;
        }

        if (head.Major is CborHead.Unsigned or CborHead.Negative)
        {
            value = head.Major == CborHead.Unsigned ? head.Argument : BigInteger.MinusOne - head.Argument;
            return true;
        }

        if (head.Major != CborHead.Bytes || tag is not (PositiveBignum or NegativeBignum)
            || !TryReadContent(ref reader, head, out var magnitude) || magnitude.Raw.Length > 2 * WireLimits.MaxBigIntegerBytes)
        {
            return false;
        }

        var bytes = magnitude.ToContent().TrimStart((byte)0);
        value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        value = tag == NegativeBignum ? BigInteger.MinusOne - value : value;
        return bytes.Length <= WireLimits.MaxBigIntegerBytes;
    }

    public static bool TryReadDouble(scoped ref TokenReader reader, out double value)
    {
        value = 0;
        var start = reader.Position;
        if (!TryReadHeadBehindTags(ref reader, out var head, out _))
        {
            return false;
        }

        var isNumber = head.Major is CborHead.Unsigned or CborHead.Negative || TryGetDouble(head, out value);
        if (head.Major is CborHead.Unsigned or CborHead.Negative)
        {
            value = head.Major == CborHead.Unsigned ? head.Argument : -1.0 - head.Argument;
        }

        reader.Position = isNumber ? reader.Position : start;
        return isNumber;
    }

    private static bool TryGetDouble(CborHead head, out double value)
    {
        value = (head.Major, head.Info) switch
        {
            (CborHead.Simple, CborSyntax.Half) => (double)BitConverter.UInt16BitsToHalf((ushort)head.Argument),
            (CborHead.Simple, CborSyntax.Double - 1) => BitConverter.UInt32BitsToSingle((uint)head.Argument),
            (CborHead.Simple, CborSyntax.Double) => BitConverter.UInt64BitsToDouble(head.Argument),
            _ => 0,
        };
        return head is { Major: CborHead.Simple, Info: >= CborSyntax.Half and <= CborSyntax.Double };
    }

    public static bool TryReadBoolean(scoped ref TokenReader reader, out bool value)
    {
        var start = reader.Position;
        value = false;
        if (TryReadHeadBehindTags(ref reader, out var head, out _) && head is { Major: CborHead.Simple, Info: CborSyntax.False or CborSyntax.True })
        {
            value = head.Info == CborSyntax.True;
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>Reads a string of one major type, text or bytes.</summary>
    public static bool TryReadString(scoped ref TokenReader reader, int major, out EncodedString content)
    {
        var start = reader.Position;
        if (TryReadHeadBehindTags(ref reader, out var head, out _) && head.Major == major)
        {
            return TryReadContent(ref reader, head, out content);
        }

        content = default;
        reader.Position = start;
        return false;
    }

    private static bool TryReadContent(scoped ref TokenReader reader, CborHead head, out EncodedString content)
    {
        var start = reader.Position;
        var isValid = CborSyntax.TrySkipString(ref reader, head);
        content = new EncodedString(WireFormat.Cbor, reader.Bytes[start..reader.Position], isPlain: !head.IsIndefinite);
        return isValid;
    }

    public static bool TryEnter(scoped ref TokenReader reader, int major, out Items items)
    {
        var start = reader.Position;
        if (TryReadHeadBehindTags(ref reader, out var head, out _) && head.Major == major)
        {
            items = ItemsOf(head);
            return true;
        }

        items = default;
        reader.Position = start;
        return false;
    }

    public static Items ItemsOf(CborHead head) => new() { Left = head.IsIndefinite ? Items.UntilClosed : (int)head.Argument };

    public static bool TryMoveNext(scoped ref TokenReader reader, ref Items items)
    {
        if (items.Left != Items.UntilClosed)
        {
            return items.Left > 0 && items.Left-- > 0;
        }

        if (reader.Remaining == 0)
        {
            return reader.Fail(WireFaults.Truncated);
        }

        if (reader.Bytes[reader.Position] != CborHead.Break)
        {
            return true;
        }

        reader.Position++;
        return false;
    }
}
