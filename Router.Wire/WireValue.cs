using System.Text;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>One validated value inside a dictionary or a list, still encoded. Borrows the bytes it was read from.</summary>
internal readonly ref struct WireValue(WireFormat format, ReadOnlySpan<byte> raw)
{
    /// <summary>How <see cref="Raw"/> is encoded.</summary>
    public WireFormat Format { get; } = format;

    /// <summary>The encoded value, from its first byte to its last.</summary>
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>What the value is.</summary>
    public WireKind Kind => Reader().PeekKind();

    /// <summary>Validates and takes the next value. One whose content is at fault is taken too: reading it fails then, or what is in it.</summary>
    public static bool TryRead(scoped ref TokenReader reader, out WireValue value)
    {
        if (reader.Format is WireFormat.Json)
        {
            JsonTokenReader.SkipWhitespace(ref reader);
        }

        var start = reader.Position;
        var isValid = reader.TrySkip(depth: 0) || reader.TryPassContent(start);
        value = isValid ? new WireValue(reader.Format, reader.Bytes[start..reader.Position]) : default;
        return isValid;
    }

    public bool TryGetBoolean(out bool value) => Reader().TryReadBoolean(out value);

    /// <summary>A whole number that fits, written as an integer or as a float.</summary>
    public bool TryGetInteger(out long value) => Reader().TryReadInteger(out value);

    /// <summary>A whole number from 1 to 2^53.</summary>
    public bool TryGetId(out ulong id)
    {
        var isInteger = TryGetInteger(out var value);
        id = (ulong)value;
        return isInteger && value > 0 && id <= WireLimits.MaxId;
    }

    /// <summary>Any number as the nearest double.</summary>
    public bool TryGetDouble(out double value) => Reader().TryReadDouble(out value);

    /// <summary>A text as a new string.</summary>
    public bool TryGetText(out string text)
    {
        var isText = TryGetUtf8(out var utf8);
        text = isText ? Encoding.UTF8.GetString(utf8) : string.Empty;
        return isText;
    }

    /// <summary>A text as UTF-8: borrowed, or in an array of its own if it had escapes.</summary>
    public bool TryGetUtf8(out ReadOnlySpan<byte> utf8)
    {
        var isText = Reader().TryReadText(out var text);
        utf8 = isText ? text.ToContent() : default;
        return isText;
    }

    /// <summary>Whether the value is this text.</summary>
    public bool TextEquals(ReadOnlySpan<byte> utf8) => TryGetUtf8(out var text) && text.SequenceEqual(utf8);

    /// <summary>Bytes: borrowed, or in an array of their own if they had to be decoded (always for JSON).</summary>
    public bool TryGetBinary(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (Kind is not WireKind.Binary)
        {
            return false;
        }

        var reader = Reader();
        switch (Format)
        {
            case WireFormat.MessagePack:
                return MessagePackTokenReader.TryReadBytes(ref reader, WireKind.Binary, out bytes);
            case WireFormat.Cbor:
                var isBytes = CborTokenReader.TryReadString(ref reader, CborHead.Bytes, out var encoded);
                bytes = encoded.ToContent();
                return isBytes;
            default:
                var isText = reader.TryReadText(out var text);
                var content = new byte[text.Raw.Length];
                bytes = JsonBinary.DecodeInPlace(content.AsSpan(0, text.Decode(content)));
                return isText;
        }
    }

    /// <summary>The items, none if this is no list.</summary>
    public ListReader AsList() => new(Format, Raw);

    /// <summary>The entries, none if this is no dictionary.</summary>
    public DictionaryReader AsDictionary() => new(Format, Raw);

    private TokenReader Reader() => new(Format, Raw);
}
