using System.Buffers.Binary;

namespace WampRouter.Wire;

/// <summary>What a frame on a RawSocket carries (<c>rfc/text/advanced/transport_rawsocket.md</c>, Framing). The other three-bit numbers are reserved.</summary>
internal enum RawSocketKind : byte
{
    Message = 0,
    Ping = 1,
    Pong = 2,
}

/// <summary>
/// The bytes in front of everything on a RawSocket (<c>rfc/text/advanced/transport_rawsocket.md</c>, Framing): one with the kind, and three with the length of what follows, most significant first.
/// </summary>
internal static class RawSocketPrefix
{
    /// <summary>The bytes of it.</summary>
    public const int Size = 4;

    /// <summary>The greatest length. The length has a 25th bit, in the first byte, for just this value.</summary>
    public const int MaxLength = 1 << 24;

    private const int ReservedBits = 0xF0;
    private const int LongestBit = 0x08;
    private const int KindBits = 0x07;

    /// <summary>Writes it.</summary>
    /// <param name="prefix">Takes <see cref="Size"/> bytes.</param>
    /// <param name="kind">What follows.</param>
    /// <param name="length">How much of it: at most <see cref="MaxLength"/>.</param>
    public static void Write(Span<byte> prefix, RawSocketKind kind, int length) =>
        BinaryPrimitives.WriteInt32BigEndian(prefix, ((int)kind << 24) | (length == MaxLength ? LongestBit << 24 : length));

    /// <summary>What is wrong with it; null: nothing.</summary>
    public static string? FindFault(ReadOnlySpan<byte> prefix) =>
        (prefix[0] & ReservedBits) != 0 ? "the reserved bits of a frame are set"
        : (prefix[0] & KindBits) > (int)RawSocketKind.Pong ? "a frame is of a reserved kind"
        : (prefix[0] & LongestBit) != 0 && LowBitsIn(prefix) != 0 ? "the 25th bit of a frame's length is set, and others with it"
        : null;

    /// <summary>What follows, where there is no fault.</summary>
    public static RawSocketKind KindIn(ReadOnlySpan<byte> prefix) => (RawSocketKind)(prefix[0] & KindBits);

    /// <summary>How much follows, where there is no fault.</summary>
    public static int LengthIn(ReadOnlySpan<byte> prefix) => (prefix[0] & LongestBit) != 0 ? MaxLength : LowBitsIn(prefix);

    private static int LowBitsIn(ReadOnlySpan<byte> prefix) => (prefix[1] << 16) | (prefix[2] << 8) | prefix[3];
}
