using System.Buffers.Binary;
using System.Text.Unicode;

namespace WampRouter.Wire.MessagePack;

/// <summary>The MessagePack half of <see cref="TokenReader"/>.</summary>
internal static class MessagePackTokenReader
{
    public static WireKind PeekKind(scoped ref TokenReader reader)
    {
        var peek = new TokenReader(reader.Format, reader.Bytes) { Position = reader.Position };
        return MessagePackSyntax.TryReadHead(ref peek, out var head) ? head.Kind : WireKind.Absent;
    }

    public static bool TryReadInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        var start = reader.Position;
        if (!MessagePackSyntax.TryReadHead(ref reader, out var head))
        {
            return false;
        }

        var isInteger = head.Kind switch
        {
            WireKind.Integer => TryGetInteger(head, Content(ref reader, head), out value),
            WireKind.Float => WholeDouble.TryGet(GetDouble(Content(ref reader, head)), out value),
            _ => false,
        };
        reader.Position = isInteger ? reader.Position : start;
        return isInteger;
    }

    private static bool TryGetInteger(MessagePackHead head, ReadOnlySpan<byte> bytes, out long value)
    {
        value = head.Tag switch
        {
            0xCC => bytes[0],
            0xCD => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            0xCE => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            0xCF or 0xD3 => BinaryPrimitives.ReadInt64BigEndian(bytes),
            0xD0 => (sbyte)bytes[0],
            0xD1 => BinaryPrimitives.ReadInt16BigEndian(bytes),
            0xD2 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            _ => (sbyte)head.Tag,
        };
        return head.Tag != 0xCF || value >= 0;
    }

    /// <summary>Reads an integer beyond <see cref="long.MaxValue"/>.</summary>
    public static bool TryReadUInt64(scoped ref TokenReader reader, out ulong value)
    {
        value = 0;
        var start = reader.Position;
        if (MessagePackSyntax.TryReadHead(ref reader, out var head) && head.Tag == 0xCF)
        {
            value = BinaryPrimitives.ReadUInt64BigEndian(Content(ref reader, head));
            return true;
        }

        reader.Position = start;
        return false;
    }

    public static bool TryReadDouble(scoped ref TokenReader reader, out double value)
    {
        value = 0;
        var start = reader.Position;
        if (!MessagePackSyntax.TryReadHead(ref reader, out var head))
        {
            return false;
        }

        if (head.Kind is WireKind.Float)
        {
            value = GetDouble(Content(ref reader, head));
            return true;
        }

        reader.Position = start;
        var isInteger = TryReadInteger(ref reader, out var whole);
        value = whole;
        if (!isInteger && TryReadUInt64(ref reader, out var large))
        {
            value = large;
            return true;
        }

        return isInteger;
    }

    private static double GetDouble(ReadOnlySpan<byte> bytes) => bytes.Length == sizeof(float)
        ? BinaryPrimitives.ReadSingleBigEndian(bytes)
        : BinaryPrimitives.ReadDoubleBigEndian(bytes);

    public static bool TryReadBoolean(scoped ref TokenReader reader, out bool value)
    {
        var tag = reader.Remaining > 0 ? reader.Bytes[reader.Position] : MessagePackSyntax.Nil;
        value = tag == MessagePackSyntax.True;
        if (!value && tag != MessagePackSyntax.False)
        {
            return false;
        }

        reader.Position++;
        return true;
    }

    public static bool TryReadText(scoped ref TokenReader reader, out EncodedString text)
    {
        if (!TryReadBytes(ref reader, WireKind.Text, out var bytes))
        {
            text = default;
            return false;
        }

        text = new EncodedString(WireFormat.MessagePack, bytes, isPlain: true);
        return Utf8.IsValid(bytes) || reader.Fail(WireFaults.NotUtf8);
    }

    /// <summary>Reads the content of a value of the given kind, text or binary; an extension's begins with its type.</summary>
    public static bool TryReadBytes(scoped ref TokenReader reader, WireKind kind, out ReadOnlySpan<byte> bytes)
    {
        var start = reader.Position;
        if (MessagePackSyntax.TryReadHead(ref reader, out var head) && head.Kind == kind)
        {
            bytes = Content(ref reader, head);
            return true;
        }

        bytes = default;
        reader.Position = start;
        return false;
    }

    public static bool TryEnter(scoped ref TokenReader reader, WireKind kind, out Items items)
    {
        var start = reader.Position;
        if (MessagePackSyntax.TryReadHead(ref reader, out var head) && head.Kind == kind)
        {
            items = new Items { Left = head.Length };
            return true;
        }

        items = default;
        reader.Position = start;
        return false;
    }

    private static ReadOnlySpan<byte> Content(scoped ref TokenReader reader, MessagePackHead head)
    {
        var content = reader.Bytes.Slice(reader.Position, head.Length);
        reader.Position += head.Length;
        return content;
    }
}
