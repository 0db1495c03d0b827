using System.Buffers;
using System.Buffers.Text;

namespace WampRouter.Wire.Json;

/// <summary>
/// Bytes in JSON: a string of NUL and Base64 (<c>rfc/text/advanced/serialization_binary_json.md</c>). A string that begins with NUL
/// but goes on with anything an encoder would not have written stays a string: other alphabets, whitespace, missing padding, and
/// unused bits that are not zero. So nothing is lost on the way there and back.
/// </summary>
internal static class JsonBinary
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>The escape every such string begins with.</summary>
    public static ReadOnlySpan<byte> Prefix => "\\u0000"u8;

    /// <summary>Whether the JSON string that goes on with these bytes (its opening quote is before them) holds binary.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> afterQuote)
    {
        if (!afterQuote.StartsWith(Prefix))
        {
            return false;
        }

        var rest = afterQuote[Prefix.Length..];
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            return false;
        }

        return rest[end] == '"' ? IsCanonical(rest[..end]) : IsEscapedBase64(rest);
    }

    /// <summary>Some encoders escape every slash, and Base64 has slashes.</summary>
    private static bool IsEscapedBase64(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'"');
        if (end < 0 || rest[end - 1] == '\\')
        {
            return false;
        }

        var content = ArrayPool<byte>.Shared.Rent(end);
        var isBinary = IsCanonical(content.AsSpan(0, JsonText.Unescape(rest[..end], content)));
        ArrayPool<byte>.Shared.Return(content);
        return isBinary;
    }

    /// <summary>Whether this is exactly what a Base64 encoder writes for some bytes.</summary>
    private static bool IsCanonical(ReadOnlySpan<byte> base64)
    {
        if (base64.Length % 4 != 0)
        {
            return false;
        }

        var body = base64.TrimEnd((byte)'=');
        var padding = base64.Length - body.Length;
        if (padding > 2 || body.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        // The last character before the padding carries 2 or 4 bits that belong to no byte.
        return padding switch
        {
            1 => "AEIMQUYcgkosw048"u8.Contains(body[^1]),
            2 => "AQgw"u8.Contains(body[^1]),
            _ => true,
        };
    }

    /// <summary>Decodes the content of such a string: NUL and Base64, escapes resolved, in place.</summary>
    public static ReadOnlySpan<byte> DecodeInPlace(Span<byte> content)
    {
        var base64 = content[1..];
        Base64.DecodeFromUtf8InPlace(base64, out var written);
        return base64[..written];
    }
}
