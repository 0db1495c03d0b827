using System.Numerics;
using WampRouter.Wire;

namespace WampRouter.Transports.RawSocket;

/// <summary>Why the router lets nobody in, as its reply says it (<c>rfc/text/advanced/transport_rawsocket.md</c>, Router-to-Client Reply).</summary>
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
/// The handshake: four bytes each way. The second one holds the length that its sender takes, as a power of two, and the serializer (<c>rfc/text/advanced/transport_rawsocket.md</c>).
/// </summary>
internal static class RawSocketHandshake
{
    /// <summary>The first byte both ways. No HTTP request begins with it, nor a TLS handshake.</summary>
    public const byte Magic = 0x7F;

    /// <summary>The bytes of a request, and of a reply.</summary>
    public const int Bytes = 4;

    /// <summary>The least that a client must take: WELCOME has more than a thousand bytes, and an ERROR has to fit as well.</summary>
    public const int LeastMaxBytes = 4096;

    private const int LowestPower = 9;      // LENGTH 0 is 2^9
    private const int HighestPower = 24;

    /// <summary>Reads a request.</summary>
    /// <param name="request">Four bytes, of which the first is <see cref="Magic"/>.</param>
    /// <param name="format">The serializer that it asks for.</param>
    /// <param name="maxBytes">The longest message that the client takes.</param>
    /// <returns>What is wrong with it.</returns>
    public static RawSocketError Read(ReadOnlySpan<byte> request, out WireFormat format, out int maxBytes)
    {
        maxBytes = 1 << (LowestPower + (request[1] >> 4));
        format = (request[1] & 0x0F) switch { 1 => WireFormat.Json, 2 => WireFormat.MessagePack, 3 => WireFormat.Cbor, _ => (WireFormat)byte.MaxValue };
        return (request[2] | request[3]) != 0 ? RawSocketError.ReservedBits
            : format == (WireFormat)byte.MaxValue ? RawSocketError.SerializerUnsupported
            : maxBytes < LeastMaxBytes ? RawSocketError.MaximumLengthUnacceptable
            : RawSocketError.None;
    }

    /// <summary>The longest message that a client may send, as far as a reply can say it: a power of two.</summary>
    /// <param name="maxMessageBytes">What the settings allow, at least 512.</param>
    public static int Acceptable(int maxMessageBytes) => 1 << Math.Min(BitOperations.Log2((uint)maxMessageBytes), HighestPower);

    /// <summary>The reply that lets a client in.</summary>
    /// <param name="format">The serializer that it asked for.</param>
    /// <param name="maxBytes">The longest message that it may send: of <see cref="Acceptable"/>.</param>
    public static byte[] Accept(WireFormat format, int maxBytes) => [Magic, (byte)(((BitOperations.Log2((uint)maxBytes) - LowestPower) << 4) | SerializerOf(format)), 0, 0];

    /// <summary>The reply that does not.</summary>
    public static byte[] Refuse(RawSocketError error) => [Magic, (byte)((int)error << 4), 0, 0];

    private static int SerializerOf(WireFormat format) => format switch { WireFormat.Json => 1, WireFormat.MessagePack => 2, _ => 3 };
}
