namespace WampRouter.Wire.Json;

/// <summary>
/// Passes a value whose content was refused, for what stands behind it. Halves of surrogate pairs and any depth are let pass, and everything else is judged as by
/// <see cref="JsonSyntax"/>: what is no JSON stays a violation. No recursion; off the common path.
/// </summary>
internal static class JsonUnfitValue
{
    /// <summary>The position behind the value, or a fault (<see cref="WireFaults"/>).</summary>
    public static int Skip(ReadOnlySpan<byte> bytes, int position)
    {
        position = JsonSyntax.SkipWhitespace(bytes, position);
        var objects = new Stack<bool>();        // of each open container, whether it is an object; no more than there are bytes
        while (true)
        {
            var first = position < bytes.Length ? bytes[position] : (byte)0;
            if (first is (byte)'[' or (byte)'{')
            {
                objects.Push(first is (byte)'{');
                position = JsonSyntax.SkipWhitespace(bytes, position + 1);
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
                position = first is (byte)'"' ? SkipString(bytes, position) : JsonSyntax.SkipScalar(bytes, position);
            }

            position = NextValue(bytes, position, objects);
            if (position < 0 || objects.Count == 0)
            {
                return position;
            }
        }
    }

    /// <summary>After a value (or before the bracket that closes an empty container): closes what ends here and moves to the next value.</summary>
    private static int NextValue(ReadOnlySpan<byte> bytes, int position, Stack<bool> objects)
    {
        while (position >= 0 && objects.TryPeek(out var isObject))
        {
            position = JsonSyntax.SkipWhitespace(bytes, position);
            if (position >= bytes.Length)
            {
                return WireFaults.Truncated;
            }

            var separator = bytes[position++];
            if (separator is (byte)',')
            {
                position = JsonSyntax.SkipWhitespace(bytes, position);
                return isObject ? SkipKey(bytes, position) : position;
            }

            if (separator != (isObject ? (byte)'}' : (byte)']'))
            {
                return WireFaults.JsonSeparator;
            }

            objects.Pop();
        }

        return position;
    }

    private static int SkipKey(ReadOnlySpan<byte> bytes, int position)
    {
        if (position >= bytes.Length || bytes[position] != '"')
        {
            return position >= bytes.Length ? WireFaults.Truncated : WireFaults.JsonMember;
        }

        position = SkipString(bytes, position);
        return position < 0 ? position : JsonSyntax.SkipColon(bytes, position);
    }

    private static int SkipString(ReadOnlySpan<byte> bytes, int position)
    {
        const int escapedUnit = 6;      // \uXXXX
        position = JsonSyntax.IndexOfSpecial(bytes, position + 1);
        while (position < bytes.Length && bytes[position] != '"')
        {
            if (bytes[position] != '\\')
            {
                return WireFaults.JsonControlCharacter;
            }

            var behind = JsonSyntax.SkipEscape(bytes, position);
            if (behind is < 0 and not WireFaults.JsonSurrogate)
            {
                return behind;
            }

            position = JsonSyntax.IndexOfSpecial(bytes, behind < 0 ? position + escapedUnit : behind);
        }

        return position < bytes.Length ? position + 1 : WireFaults.Truncated;
    }
}
