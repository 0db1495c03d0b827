using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace WampRouter.Wire.Json;

/// <summary>The JSON half of <see cref="TokenReader"/>.</summary>
internal static class JsonTokenReader
{
    /// <summary>So many digits cannot overflow a <see cref="long"/>.</summary>
    private const int SafeDigits = 18;

    /// <summary>What <see cref="WireLimits.MaxBigIntegerBytes"/> hold, and a sign.</summary>
    private const int MaxIntegerDigits = (WireLimits.MaxBigIntegerBytes * 241 / 100) + 1;

    public static WireKind PeekKind(scoped ref TokenReader reader)
    {
        SkipWhitespace(ref reader);
        if (reader.Remaining == 0)
        {
            return WireKind.Absent;
        }

        return reader.Bytes[reader.Position] switch
        {
            (byte)'"' => JsonBinary.IsBinary(reader.Bytes[(reader.Position + 1)..]) ? WireKind.Binary : WireKind.Text,
            (byte)'{' => WireKind.Dictionary,
            (byte)'[' => WireKind.List,
            (byte)'t' or (byte)'f' => WireKind.Boolean,
            (byte)'n' => WireKind.Null,
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => PeekNumber(reader.Bytes, reader.Position),
            _ => WireKind.Absent,
        };
    }

    private static WireKind PeekNumber(ReadOnlySpan<byte> bytes, int position)
    {
        position = JsonSyntax.SkipDigits(bytes, bytes[position] == '-' ? position + 1 : position);
        return position < bytes.Length && bytes[position] is (byte)'.' or (byte)'e' or (byte)'E' ? WireKind.Float : WireKind.Integer;
    }

    public static bool TryReadInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        SkipWhitespace(ref reader);
        var bytes = reader.Bytes;
        var start = reader.Position;
        var digits = start < bytes.Length && bytes[start] == '-' ? start + 1 : start;
        var position = digits;
        while ((uint)position < (uint)bytes.Length && (uint)(bytes[position] - '0') <= 9 && position - digits < SafeDigits)
        {
            value = (value * 10) + (bytes[position] - '0');
            position++;
        }

        var isSimple = position > digits && position - digits < SafeDigits
            && (bytes[digits] != '0' || position == digits + 1)
            && (position == bytes.Length || (bytes[position] != '.' && (bytes[position] | 0x20) != 'e'));
        if (!isSimple)
        {
            return TryReadOtherInteger(ref reader, out value);
        }

        value = digits > start ? -value : value;
        reader.Position = position;
        return true;
    }

    /// <summary>Integers of 18 digits and more, and floats without a fraction.</summary>
    private static bool TryReadOtherInteger(scoped ref TokenReader reader, out long value)
    {
        value = 0;
        if (!TryReadNumber(ref reader, out var number))
        {
            return false;
        }

        if (Utf8Parser.TryParse(number, out value, out var consumed) && consumed == number.Length)
        {
            return true;
        }

        return TryParseDouble(number, out var d) && WholeDouble.TryGet(d, out value);
    }

    public static bool TryReadDouble(scoped ref TokenReader reader, out double value)
    {
        value = 0;
        return TryReadNumber(ref reader, out var number) && TryParseDouble(number, out value);
    }

    /// <summary>Reads a number of any size as its literal.</summary>
    public static bool TryReadNumber(scoped ref TokenReader reader, out ReadOnlySpan<byte> literal)
    {
        literal = default;
        SkipWhitespace(ref reader);
        if (reader.Remaining == 0 || reader.Bytes[reader.Position] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return false;
        }

        var end = JsonSyntax.SkipNumber(reader.Bytes, reader.Position);
        if (end < 0)
        {
            return reader.TryMoveTo(end);
        }

        literal = reader.Bytes[reader.Position..end];
        reader.Position = end;
        return true;
    }

    /// <summary>Parses a validated number; false if it is beyond the range of a double.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> literal, out double value) =>
        double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Parses a validated integer literal of any size that <see cref="WireLimits.MaxBigIntegerBytes"/> allows.</summary>
    public static bool TryParseBigInteger(ReadOnlySpan<byte> literal, out BigInteger value)
    {
        value = default;
        if (literal.Length > MaxIntegerDigits)
        {
            return false;
        }

        Span<char> text = stackalloc char[MaxIntegerDigits];
        var length = Encoding.ASCII.GetChars(literal, text);
        return BigInteger.TryParse(text[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryReadBoolean(scoped ref TokenReader reader, out bool value)
    {
        value = false;
        SkipWhitespace(ref reader);
        var rest = reader.Bytes[reader.Position..];
        value = rest.StartsWith("true"u8);
        if (!value && !rest.StartsWith("false"u8))
        {
            return false;
        }

        reader.Position += value ? 4 : 5;
        return true;
    }

    public static bool TryReadText(scoped ref TokenReader reader, out EncodedString text)
    {
        text = default;
        SkipWhitespace(ref reader);
        var start = reader.Position;
        if (start >= reader.Bytes.Length || reader.Bytes[start] != '"')
        {
            return false;
        }

        var end = JsonSyntax.SkipString(reader.Bytes, start, out var isPlain);
        if (end < 0)
        {
            return reader.TryMoveTo(end);
        }

        text = new EncodedString(WireFormat.Json, reader.Bytes[(start + 1)..(end - 1)], isPlain);
        reader.Position = end;
        return true;
    }

    public static bool TryReadKey(scoped ref TokenReader reader, out EncodedString key)
    {
        if (!TryReadText(ref reader, out key))
        {
            return reader.TryMoveTo(WireFaults.JsonMember);
        }

        return reader.TryMoveTo(JsonSyntax.SkipColon(reader.Bytes, reader.Position));
    }

    public static bool TryEnter(scoped ref TokenReader reader, byte opener, byte closer, out Items items)
    {
        items = new Items { Left = Items.UntilClosed, Closer = closer };
        SkipWhitespace(ref reader);
        if (reader.Remaining == 0 || reader.Bytes[reader.Position] != opener)
        {
            return false;
        }

        reader.Position++;
        return true;
    }

    public static bool TryMoveNext(scoped ref TokenReader reader, ref Items items)
    {
        SkipWhitespace(ref reader);
        if (reader.Remaining == 0)
        {
            return reader.TryMoveTo(WireFaults.Truncated);
        }

        var next = reader.Bytes[reader.Position];
        if (next == items.Closer)
        {
            reader.Position++;
            return false;
        }

        if (!items.Started)
        {
            items.Started = true;
            return true;
        }

        if (next != ',')
        {
            return reader.TryMoveTo(WireFaults.JsonSeparator);
        }

        reader.Position++;
        return true;
    }

    /// <summary>Passes the comma between two elements of a payload's tail.</summary>
    public static bool TrySkipComma(scoped ref TokenReader reader)
    {
        SkipWhitespace(ref reader);
        if (reader.Remaining == 0 || reader.Bytes[reader.Position] != ',')
        {
            return false;
        }

        reader.Position++;
        return true;
    }

    public static void SkipWhitespace(scoped ref TokenReader reader) => reader.Position = JsonSyntax.SkipWhitespace(reader.Bytes, reader.Position);
}
