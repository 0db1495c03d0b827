using System.Numerics;

namespace WampRouter.Wire;

/// <summary>Why a router does not let a client in, as its reply says it (<c>rfc/text/advanced/transport_rawsocket.md</c>, Router-to-Client Reply). A later specification may have others.</summary>
internal enum RawSocketError : byte
{
    /// <summary>No error: this value must not be sent.</summary>
    None = 0,

    /// <summary>The serializer is illegal, or not spoken here.</summary>
    SerializerUnsupported = 1,

    /// <summary>The client takes so little that hardly a WELCOME would fit.</summary>
    MaximumLengthUnacceptable = 2,

    /// <summary>The third or fourth byte is not zero.</summary>
    ReservedBits = 3,

    /// <summary>There is no room, be it at all, for the client's address, or at this moment.</summary>
    MaximumConnectionCount = 4,
}

/// <summary>
/// The handshake of RawSocket: four bytes each way. The second one holds the length that its sender takes, as a power of two, and the serializer (<c>rfc/text/advanced/transport_rawsocket.md</c>); what is asked and what lets
/// in is written alike.
/// </summary>
internal static class RawSocketHandshake
{
    /// <summary>The first byte both ways. No HTTP request begins with it, nor a TLS handshake.</summary>
    public const byte Magic = 0x7F;

    /// <summary>The bytes of a request, and of a reply.</summary>
    public const int Bytes = 4;

    /// <summary>The shortest length that it can say.</summary>
    public const int LeastBytes = 1 << LowestPower;

    private const int LowestPower = 9;      // LENGTH 0 is 2^9
    private const int HighestPower = 24;

    /// <summary>What of a limit the handshake can say: a power of two.</summary>
    /// <param name="maxMessageBytes">At least <see cref="LeastBytes"/>.</param>
    public static int Acceptable(int maxMessageBytes) => 1 << Math.Min(BitOperations.Log2((uint)maxMessageBytes), HighestPower);

    /// <summary>A request, or the reply that lets a client in.</summary>
    /// <param name="format">The serializer: the one asked for.</param>
    /// <param name="maxBytes">The longest message that the sender takes: of <see cref="Acceptable"/>.</param>
    public static byte[] Write(WireFormat format, int maxBytes) => [Magic, (byte)(((BitOperations.Log2((uint)maxBytes) - LowestPower) << 4) | NumberOf(format)), 0, 0];

    /// <summary>The reply that does not.</summary>
    public static byte[] Refuse(RawSocketError error) => [Magic, (byte)((int)error << 4), 0, 0];

    /// <summary>Reads a request.</summary>
    /// <param name="request">Four bytes, of which the first is <see cref="Magic"/>.</param>
    /// <param name="format">The serializer that it asks for.</param>
    /// <param name="maxBytes">The longest message that the client takes.</param>
    /// <returns>What is wrong with it. Whether the length will do is for the router to say.</returns>
    public static RawSocketError ReadRequest(ReadOnlySpan<byte> request, out WireFormat format, out int maxBytes)
    {
        maxBytes = LengthIn(request);
        var isSpoken = TryFormat(NumberIn(request), out format);
        return (request[2] | request[3]) != 0 ? RawSocketError.ReservedBits : isSpoken ? RawSocketError.None : RawSocketError.SerializerUnsupported;
    }

    /// <summary>Reads the reply to a request.</summary>
    /// <param name="reply">Four bytes.</param>
    /// <param name="request">What it replies to.</param>
    /// <param name="maxBytes">The longest message that the router takes, where it lets the client in.</param>
    /// <param name="error">Why it does not; none where it does.</param>
    /// <returns>Whether this is a reply at all.</returns>
    public static bool TryReadReply(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> request, out int maxBytes, out RawSocketError error)
    {
        var isRefusal = NumberIn(reply) == 0;
        maxBytes = LengthIn(reply);
        error = isRefusal ? (RawSocketError)(reply[1] >> 4) : RawSocketError.None;
        return reply[0] == Magic && (isRefusal ? error != RawSocketError.None : NumberIn(reply) == NumberIn(request));
    }

    private static int LengthIn(ReadOnlySpan<byte> handshake) => 1 << (LowestPower + (handshake[1] >> 4));

    private static int NumberIn(ReadOnlySpan<byte> handshake) => handshake[1] & 0x0F;

    private static int NumberOf(WireFormat format) => format switch { WireFormat.Json => 1, WireFormat.MessagePack => 2, _ => 3 };

    private static bool TryFormat(int number, out WireFormat format)
    {
        format = number switch { 1 => WireFormat.Json, 2 => WireFormat.MessagePack, _ => WireFormat.Cbor };
        return number is >= 1 and <= 3;
    }
}
