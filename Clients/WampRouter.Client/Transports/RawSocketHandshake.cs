using System.Numerics;

namespace WampRouter.Client.Transports;

/// <summary>The four bytes that a client sends first, and the four that are replied (spec: "RawSocket Transport", Handshake).</summary>
internal static class RawSocketHandshake
{
    /// <summary>The bytes either way.</summary>
    public const int Bytes = 4;

    /// <summary>The least that a client can say it accepts.</summary>
    public const int LeastMaxBytes = 1 << LowestPower;

    private const byte Magic = 0x7F;
    private const int LowestPower = 9;
    private const int HighestPower = 24;

    /// <summary>What of a limit the handshake can say: a power of two.</summary>
    public static int Acceptable(int maxMessageBytes) => 1 << Math.Min(BitOperations.Log2((uint)maxMessageBytes), HighestPower);

    /// <summary>The request for a subprotocol; null where RawSocket has no number for it.</summary>
    public static byte[]? Request(string subprotocol, int maxMessageBytes) => SerializerOf(subprotocol) is not 0 and var serializer
        ? [Magic, (byte)(((BitOperations.Log2((uint)Acceptable(maxMessageBytes)) - LowestPower) << 4) | serializer), 0, 0]
        : null;

    /// <summary>Reads a reply to a request.</summary>
    /// <param name="reply">Four bytes.</param>
    /// <param name="request">What it replies to.</param>
    /// <param name="maxSendBytes">The longest message that the router accepts, where it lets the client in.</param>
    /// <param name="error">The number of the router's error; 0 where it has none.</param>
    /// <returns>Whether this is a reply at all.</returns>
    public static bool TryRead(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> request, out int maxSendBytes, out int error)
    {
        var (high, low) = (reply[1] >> 4, reply[1] & 0x0F);
        maxSendBytes = 1 << (LowestPower + high);
        error = low == 0 ? high : 0;
        return reply[0] == Magic && (low == 0 ? high != 0 : low == (request[1] & 0x0F));
    }

    private static int SerializerOf(string subprotocol) => subprotocol switch { "wamp.2.json" => 1, "wamp.2.msgpack" => 2, "wamp.2.cbor" => 3, _ => 0 };
}
