using System.Buffers;
using System.Text;

namespace WampRouter.Wire.Json;

/// <summary>JSON strings from and to plain UTF-8.</summary>
internal static class JsonText
{
    /// <summary>What must be escaped: quote, backslash and the control characters.</summary>
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    /// <summary>How many bytes <see cref="Escape"/> writes at most: every byte as <c>\u00XX</c>.</summary>
    public const int MaxEscapedBytesPerByte = 6;

    /// <summary>The first byte that must be escaped, or -1.</summary>
    public static int IndexOfEscaped(ReadOnlySpan<byte> utf8) => utf8.IndexOfAny(Escaped);

    /// <summary>Resolves the escapes of a validated string (without its quotes). The result is never longer.</summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
            {
                raw.CopyTo(destination[written..]);
                return written + raw.Length;
            }

            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            written += UnescapeOne(ref raw, destination[written..]);
        }
    }

    private static int UnescapeOne(ref ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var letter = raw[1];
        if (letter != 'u')
        {
            destination[0] = letter switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                _ => letter,
            };
            raw = raw[2..];
            return 1;
        }

        var unit = (char)ReadHex4(raw, 2);
        var rune = char.IsHighSurrogate(unit) ? new Rune(unit, (char)ReadHex4(raw, 8)) : new Rune(unit);
        raw = raw[(rune.IsBmp ? 6 : 12)..];
        return rune.EncodeToUtf8(destination);
    }

    /// <summary>Four hexadecimal digits, or a negative number.</summary>
    public static int ReadHex4(ReadOnlySpan<byte> bytes, int position)
    {
        if (position + 4 > bytes.Length)
        {
            return -1;
        }

        var value = 0;
        foreach (var digit in bytes.Slice(position, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return -1;
            }

            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }

    /// <summary>Writes the text with its escapes, without quotes.</summary>
    public static int Escape(ReadOnlySpan<byte> utf8, Span<byte> destination)
    {
        var written = 0;
        foreach (var b in utf8)
        {
            if (b is >= 0x20 and not (byte)'"' and not (byte)'\\')
            {
                destination[written++] = b;
                continue;
            }

            destination[written++] = (byte)'\\';
            var letter = ShortEscape(b);
            if (letter != 0)
            {
                destination[written++] = letter;
                continue;
            }

            "u00"u8.CopyTo(destination[written..]);
            destination[written + 3] = HexDigits[b >> 4];
            destination[written + 4] = HexDigits[b & 15];
            written += 5;
        }

        return written;
    }

    private static byte ShortEscape(byte b) => b switch
    {
        (byte)'\b' => (byte)'b',
        (byte)'\f' => (byte)'f',
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        (byte)'\t' => (byte)'t',
        (byte)'"' or (byte)'\\' => b,
        _ => 0,
    };
}
