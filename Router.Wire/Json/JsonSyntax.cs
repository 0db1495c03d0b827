using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WampRouter.Wire.Json;

/// <summary>
/// The grammar of RFC 8259, and nothing more: validates without building anything. Positions go in and out as plain integers so
/// that they stay in registers; a negative one is a fault (<see cref="WireFaults"/>). Whether the bytes are UTF-8 is checked once for
/// the whole message, by <see cref="MessageReader"/>.
/// </summary>
internal static class JsonSyntax
{
    /// <summary>Validates the value at a position, whitespace before it included.</summary>
    /// <remarks>No recursion: one bit per open container says whether it is an object, and <see cref="WireLimits.MaxDepth"/> bits are one integer.</remarks>
    public static int Skip(ReadOnlySpan<byte> bytes, int position, int depth)
    {
        position = SkipWhitespace(bytes, position);
        var outer = depth;
        var objects = 0UL;
        while (true)
        {
            var first = position < bytes.Length ? bytes[position] : (byte)0;
            if (first is (byte)'[' or (byte)'{')
            {
                if (++depth > WireLimits.MaxDepth)
                {
                    return WireFaults.TooDeep;
                }

                objects = (objects << 1) | (first is (byte)'{' ? 1UL : 0UL);
                position = SkipWhitespace(bytes, position + 1);
                if (position >= bytes.Length || bytes[position] != first + 2)       // '{' + 2 is '}', '[' + 2 is ']'
                {
                    position = first is (byte)'{' ? SkipKey(bytes, position) : position;
                    if (position < 0)
                    {
                        return position;
                    }

                    continue;
                }
            }
            else
            {
                position = SkipScalar(bytes, position);
            }

            position = NextValue(bytes, position, outer, ref depth, ref objects);
            if (position < 0)
            {
                return position;
            }

            if (depth == outer)
            {
                return position;
            }
        }
    }

    /// <summary>After a value (or before the bracket that closes an empty container): closes what ends here and moves to the next value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NextValue(ReadOnlySpan<byte> bytes, int position, int outer, ref int depth, ref ulong objects)
    {
        while (position >= 0 && depth > outer)
        {
            position = SkipWhitespace(bytes, position);
            if (position >= bytes.Length)
            {
                return WireFaults.Truncated;
            }

            var separator = bytes[position++];
            var isObject = (objects & 1) != 0;
            if (separator is (byte)',')
            {
                position = SkipWhitespace(bytes, position);
                return isObject ? SkipKey(bytes, position) : position;
            }

            if (separator != (isObject ? (byte)'}' : (byte)']'))
            {
                return WireFaults.JsonSeparator;
            }

            depth--;
            objects >>= 1;
        }

        return position;
    }

    /// <summary>Passes key, colon and the whitespace around them.</summary>
    private static int SkipKey(ReadOnlySpan<byte> bytes, int position)
    {
        if (position >= bytes.Length || bytes[position] != '"')
        {
            return position >= bytes.Length ? WireFaults.Truncated : WireFaults.JsonMember;
        }

        position = SkipString(bytes, position);
        return position < 0 ? position : SkipColon(bytes, position);
    }

    /// <summary>Passes the colon behind a key and the whitespace around it.</summary>
    public static int SkipColon(ReadOnlySpan<byte> bytes, int position)
    {
        position = SkipWhitespace(bytes, position);
        if (position >= bytes.Length)
        {
            return WireFaults.Truncated;
        }

        return bytes[position] == ':' ? SkipWhitespace(bytes, position + 1) : WireFaults.JsonMember;
    }

    /// <summary>Passes a value that is no list and no object.</summary>
    public static int SkipScalar(ReadOnlySpan<byte> bytes, int position)
    {
        if (position >= bytes.Length)
        {
            return WireFaults.Truncated;
        }

        return bytes[position] switch
        {
            (byte)'"' => SkipString(bytes, position),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => SkipNumber(bytes, position),
            (byte)'t' => SkipLiteral(bytes, position, "true"u8),
            (byte)'f' => SkipLiteral(bytes, position, "false"u8),
            (byte)'n' => SkipLiteral(bytes, position, "null"u8),
            _ => WireFaults.JsonValue,
        };
    }

    private static int SkipLiteral(ReadOnlySpan<byte> bytes, int position, ReadOnlySpan<byte> literal) =>
        bytes[position..].StartsWith(literal) ? position + literal.Length : WireFaults.JsonValue;

    /// <summary>Passes a number: <c>-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</c></summary>
    public static int SkipNumber(ReadOnlySpan<byte> bytes, int position)
    {
        var start = bytes[position] == '-' ? position + 1 : position;
        position = SkipDigits(bytes, start);
        if (position == start || (bytes[start] == '0' && position > start + 1))
        {
            return WireFaults.JsonNumber;
        }

        if (position < bytes.Length && bytes[position] == '.')
        {
            var fraction = position + 1;
            position = SkipDigits(bytes, fraction);
            if (position == fraction)
            {
                return WireFaults.JsonNumber;
            }
        }

        if (position < bytes.Length && (bytes[position] | 0x20) == 'e')
        {
            var exponent = position + 1;
            exponent += exponent < bytes.Length && bytes[exponent] is (byte)'+' or (byte)'-' ? 1 : 0;
            position = SkipDigits(bytes, exponent);
            if (position == exponent)
            {
                return WireFaults.JsonNumber;
            }
        }

        return position;
    }

    /// <summary>The first position that holds no digit.</summary>
    public static int SkipDigits(ReadOnlySpan<byte> bytes, int position)
    {
        while ((uint)position < (uint)bytes.Length && (uint)(bytes[position] - '0') <= 9)
        {
            position++;
        }

        return position;
    }

    /// <summary>The first position that holds no whitespace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipWhitespace(ReadOnlySpan<byte> bytes, int position)
    {
        while ((uint)position < (uint)bytes.Length && bytes[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            position++;
        }

        return position;
    }

    /// <summary>Passes a string whose opening quote is at <paramref name="position"/>.</summary>
    private static int SkipString(ReadOnlySpan<byte> bytes, int position) => SkipString(bytes, position, out _);

    /// <summary>Passes a string whose opening quote is at <paramref name="position"/>, and tells whether it has no escapes.</summary>
    public static int SkipString(ReadOnlySpan<byte> bytes, int position, out bool isPlain)
    {
        position = IndexOfSpecial(bytes, position + 1);
        isPlain = (uint)position < (uint)bytes.Length && bytes[position] == '"';
        return isPlain ? position + 1 : SkipEscapedString(bytes, position);
    }

    /// <summary>The rest of a string from its first backslash on, or what is wrong with it.</summary>
    private static int SkipEscapedString(ReadOnlySpan<byte> bytes, int position)
    {
        while (position < bytes.Length && bytes[position] != '"')
        {
            if (bytes[position] != '\\')
            {
                return WireFaults.JsonControlCharacter;
            }

            position = SkipEscape(bytes, position);
            if (position < 0)
            {
                return position;
            }

            position = IndexOfSpecial(bytes, position);
        }

        return position < bytes.Length ? position + 1 : WireFaults.Truncated;
    }

    /// <summary>The first quote, backslash or control character, or the length.</summary>
    public static int IndexOfSpecial(ReadOnlySpan<byte> bytes, int position)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        for (; position + Vector128<byte>.Count <= bytes.Length; position += Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref start, (nuint)position);
            var special = Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.Equals(block, Vector128.Min(block, Vector128.Create((byte)0x1F)));
            if (special != Vector128<byte>.Zero)
            {
                return position + System.Numerics.BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
            }
        }

        while (position < bytes.Length && bytes[position] is >= (byte)' ' and not (byte)'"' and not (byte)'\\')
        {
            position++;
        }

        return position;
    }

    /// <summary>
    /// Passes an escape. A surrogate without its other half is refused: RFC 8259 warns of it, no other format can carry it, and a
    /// receiver that chokes on it would suffer for what the sender did.
    /// </summary>
    public static int SkipEscape(ReadOnlySpan<byte> bytes, int position)
    {
        if (position + 1 >= bytes.Length)
        {
            return WireFaults.Truncated;
        }

        if (bytes[position + 1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(bytes[position + 1]) ? position + 2 : WireFaults.JsonEscape;
        }

        var unit = JsonText.ReadHex4(bytes, position + 2);
        if (unit < 0)
        {
            return WireFaults.JsonEscape;
        }

        position += 6;
        if (!char.IsSurrogate((char)unit))
        {
            return position;
        }

        var isPair = char.IsHighSurrogate((char)unit)
            && bytes[position..].StartsWith("\\u"u8)
            && JsonText.ReadHex4(bytes, position + 2) is >= 0xDC00 and <= 0xDFFF;
        return isPair ? position + 6 : WireFaults.JsonSurrogate;
    }
}
