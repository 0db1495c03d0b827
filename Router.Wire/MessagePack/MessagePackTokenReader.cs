using System.Buffers.Binary;
using System.Text.Unicode;

namespace WampRouter.Wire.MessagePack;

/// <summary>The MessagePack half of <see cref="TokenReader"/>.</summary>
internal static class MessagePackTokenReader
{
    private const byte UInt64 = 0xCF;

    public static WireKind PeekKind(scoped ref TokenReader reader)
    {
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        return head.Content < 0 ? WireKind.Absent : head.Kind;
    }

    public static bool TryReadInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        if (head.Content < 0)
        {
            return reader.TryMoveTo(head.Content);
        }

        var isInteger = head.Kind switch
        {
            WireKind.Integer => TryGetInteger(head, Content(reader.Bytes, head), out value),
            WireKind.Float => WholeDouble.TryGet(GetDouble(Content(reader.Bytes, head)), out value),
            _ => false,
        };
        return isInteger && reader.TryMoveTo(head.Content + head.Length);
    }

    private static bool TryGetInteger(scoped in MessagePackHead head, ReadOnlySpan<byte> bytes, out long value)
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
        return head.Tag != UInt64 || value >= 0;
    }

    /// <summary>Reads an integer beyond <see cref="long.MaxValue"/>.</summary>
    public static bool TryReadUInt64(scoped ref TokenReader reader, out ulong value)
    {
        value = 0;
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        if (head.Content < 0 || head.Tag != UInt64)
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt64BigEndian(Content(reader.Bytes, head));
        return reader.TryMoveTo(head.Content + head.Length);
    }

    public static bool TryReadDouble(scoped ref TokenReader reader, out double value)
    {
        value = 0;
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        if (head.Content >= 0 && head.Kind is WireKind.Float)
        {
            value = GetDouble(Content(reader.Bytes, head));
            return reader.TryMoveTo(head.Content + head.Length);
        }

        if (TryReadInteger(ref reader, out var whole))
        {
            value = whole;
            return true;
        }

        var isLarge = TryReadUInt64(ref reader, out var large);
        value = large;
        return isLarge;
    }

    private static double GetDouble(ReadOnlySpan<byte> bytes) => bytes.Length == sizeof(float)
        ? BinaryPrimitives.ReadSingleBigEndian(bytes)
        : BinaryPrimitives.ReadDoubleBigEndian(bytes);

    public static bool TryReadBoolean(scoped ref TokenReader reader, out bool value)
    {
        var tag = reader.Remaining > 0 ? reader.Bytes[reader.Position] : MessagePackSyntax.Nil;
        value = tag == MessagePackSyntax.True;
        return (value || tag == MessagePackSyntax.False) && reader.TryMoveTo(reader.Position + 1);
    }

    public static bool TryReadText(scoped ref TokenReader reader, out EncodedString text)
    {
        if (!TryReadBytes(ref reader, WireKind.Text, out var bytes))
        {
            text = default;
            return false;
        }

        text = new EncodedString(WireFormat.MessagePack, bytes, isPlain: true);
        return Utf8.IsValid(bytes) || reader.TryMoveTo(WireFaults.NotUtf8);
    }

    /// <summary>Reads the content of a value of the given kind, text or binary; an extension's begins with its type.</summary>
    public static bool TryReadBytes(scoped ref TokenReader reader, WireKind kind, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        if (head.Content < 0 || head.Kind != kind)
        {
            return head.Content < 0 && reader.TryMoveTo(head.Content);
        }

        bytes = Content(reader.Bytes, head);
        return reader.TryMoveTo(head.Content + head.Length);
    }

    public static bool TryEnter(scoped ref TokenReader reader, WireKind kind, out Items items)
    {
        MessagePackSyntax.ReadHead(reader.Bytes, reader.Position, out var head);
        items = new Items { Left = head.Length };
        return (head.Content < 0 || head.Kind == kind) && reader.TryMoveTo(head.Content);
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, scoped in MessagePackHead head) => bytes.Slice(head.Content, head.Length);
}
