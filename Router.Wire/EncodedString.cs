using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;

namespace WampRouter.Wire;

/// <summary>
/// A text or byte string that was validated but not decoded: nearly always its encoded bytes are its content (<see cref="IsPlain"/>);
/// JSON escapes and CBOR chunks have to be resolved first.
/// </summary>
internal readonly ref struct EncodedString(WireFormat format, ReadOnlySpan<byte> raw, bool isPlain)
{
    /// <summary>The content if plain; else its encoded form, which is never shorter than the content.</summary>
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>Whether <see cref="Raw"/> is the content.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>Writes the content; <paramref name="destination"/> is at least as long as <see cref="Raw"/>.</summary>
    public int Decode(Span<byte> destination)
    {
        if (IsPlain)
        {
            Raw.CopyTo(destination);
            return Raw.Length;
        }

        return format is WireFormat.Json ? JsonText.Unescape(Raw, destination) : CborSyntax.JoinChunks(Raw, destination);
    }

    /// <summary>The content, borrowed if plain, else in an array of its own: the one place where reading allocates.</summary>
    public ReadOnlySpan<byte> ToContent()
    {
        if (IsPlain)
        {
            return Raw;
        }

        var content = new byte[Raw.Length];
        return content.AsSpan(0, Decode(content));
    }
}
