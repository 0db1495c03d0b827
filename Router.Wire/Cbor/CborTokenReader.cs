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
        ReadHeadBehindTags(ref reader, out var head, out var tag);
        return head.Major switch
        {
            _ when head.Content < 0 => WireKind.Absent,
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

    /// <summary>The head of the value inside any tags, and the innermost tag (0, which we give no meaning, if there is none). The reader stays.</summary>
    private static void ReadHeadBehindTags(scoped ref TokenReader reader, out CborHead head, out ulong tag)
    {
        tag = 0;
        CborHead.Read(reader.Bytes, reader.Position, out head);
        while (head.Major == CborHead.Tag && head.Content >= 0)
        {
            tag = head.Argument;
            CborHead.Read(reader.Bytes, head.Content, out head);
        }
    }

    public static bool TryReadInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        ReadHeadBehindTags(ref reader, out var head, out _);
        if (head.Content < 0)
        {
            return reader.TryMoveTo(head.Content);
        }

        if (head.Major is CborHead.Unsigned or CborHead.Negative)
        {
            value = head.Major == CborHead.Unsigned ? (long)head.Argument : ~(long)head.Argument;
            return head.Argument <= long.MaxValue && reader.TryMoveTo(head.Content);
        }

        return TryGetDouble(head, out var number) && WholeDouble.TryGet(number, out value) && reader.TryMoveTo(head.Content);
    }

    /// <summary>Reads an integer of any size, bignums included, up to <see cref="WireLimits.MaxBigIntegerBytes"/>.</summary>
    public static bool TryReadBigInteger(scoped ref TokenReader reader, out BigInteger value)
    {
        value = default;
        ReadHeadBehindTags(ref reader, out var head, out var tag);
        if (head.Content < 0)
        {
            return reader.TryMoveTo(head.Content);
        }

        if (head.Major is CborHead.Unsigned or CborHead.Negative)
        {
            value = head.Major == CborHead.Unsigned ? head.Argument : BigInteger.MinusOne - head.Argument;
            return reader.TryMoveTo(head.Content);
        }

        if (head.Major != CborHead.Bytes || tag is not (PositiveBignum or NegativeBignum) || !TryReadContent(ref reader, head, out var content))
        {
            return false;
        }

        var magnitude = content.ToContent().TrimStart((byte)0);
        if (magnitude.Length > WireLimits.MaxBigIntegerBytes)
        {
            return false;
        }

        value = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        value = tag == NegativeBignum ? BigInteger.MinusOne - value : value;
        return true;
    }

    public static bool TryReadDouble(scoped ref TokenReader reader, out double value)
    {
        ReadHeadBehindTags(ref reader, out var head, out _);
        var isNumber = true;
        switch (head.Major)
        {
            case CborHead.Unsigned:
                value = head.Argument;
                break;
            case CborHead.Negative:
                value = -1.0 - head.Argument;
                break;
            default:
                isNumber = TryGetDouble(head, out value);
                break;
        }

        return (isNumber || head.Content < 0) && reader.TryMoveTo(head.Content);
    }

    private static bool TryGetDouble(scoped in CborHead head, out double value)
    {
        value = head.Info switch
        {
            CborSyntax.Half => (double)BitConverter.UInt16BitsToHalf((ushort)head.Argument),
            CborSyntax.Single => BitConverter.UInt32BitsToSingle((uint)head.Argument),
            CborSyntax.Double => BitConverter.UInt64BitsToDouble(head.Argument),
            _ => 0,
        };
        return head is { Major: CborHead.Simple, Info: >= CborSyntax.Half and <= CborSyntax.Double };
    }

    public static bool TryReadBoolean(scoped ref TokenReader reader, out bool value)
    {
        ReadHeadBehindTags(ref reader, out var head, out _);
        value = head.Info == CborSyntax.True;
        return head is { Major: CborHead.Simple, Info: CborSyntax.False or CborSyntax.True } && reader.TryMoveTo(head.Content);
    }

    /// <summary>Reads a string of one major type, text or bytes.</summary>
    public static bool TryReadString(scoped ref TokenReader reader, int major, out EncodedString content)
    {
        ReadHeadBehindTags(ref reader, out var head, out _);
        if (head.Content >= 0 && head.Major == major)
        {
            return TryReadContent(ref reader, head, out content);
        }

        content = default;
        return head.Content < 0 && reader.TryMoveTo(head.Content);
    }

    private static bool TryReadContent(scoped ref TokenReader reader, scoped in CborHead head, out EncodedString content)
    {
        var end = CborSyntax.SkipString(reader.Bytes, head);
        content = end < 0 ? default : new EncodedString(WireFormat.Cbor, reader.Bytes[head.Content..end], isPlain: !head.IsIndefinite);
        return reader.TryMoveTo(end);
    }

    public static bool TryEnter(scoped ref TokenReader reader, int major, out Items items)
    {
        ReadHeadBehindTags(ref reader, out var head, out _);
        items = new Items { Left = head.IsIndefinite ? Items.UntilClosed : (int)head.Argument };
        return (head.Content < 0 || head.Major == major) && reader.TryMoveTo(head.Content);
    }

    public static bool TryMoveNext(scoped ref TokenReader reader, ref Items items)
    {
        if (items.Left != Items.UntilClosed)
        {
            return items.Left > 0 && items.Left-- > 0;
        }

        if (reader.Remaining == 0)
        {
            return reader.TryMoveTo(WireFaults.Truncated);
        }

        if (reader.Bytes[reader.Position] != CborHead.Break)
        {
            return true;
        }

        reader.Position++;
        return false;
    }
}
