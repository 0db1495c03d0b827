using System.Buffers.Binary;
using System.Text.Unicode;

namespace WampRouter.Transports.WebSockets;

/// <summary>Frames the transport itself writes: final and unmasked (RFC 6455 section 5.1).</summary>
internal static class ServerFrame
{
    /// <summary>The most a ping, pong or Close frame carries (section 5.5).</summary>
    public const int MaxControlPayload = 125;

    /// <summary>The most a control frame takes, header included.</summary>
    public const int MaxControlSize = 2 + MaxControlPayload;

    /// <summary>The most a header takes.</summary>
    public const int MaxHeaderSize = 10;

    /// <summary>Writes the header of a whole message into at least <see cref="MaxHeaderSize"/> bytes.</summary>
    /// <returns>The header's size.</returns>
    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, int payloadLength)
    {
        destination[0] = (byte)(0x80 | (byte)opcode);
        switch (payloadLength)
        {
            case <= 125:
                destination[1] = (byte)payloadLength;
                return 2;
            case <= ushort.MaxValue:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                return 4;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
                return MaxHeaderSize;
        }
    }

    /// <summary>Writes a whole control frame, with at most <see cref="MaxControlPayload"/> bytes in it, into at least <see cref="MaxControlSize"/>.</summary>
    /// <returns>The written part of <paramref name="destination"/>.</returns>
    public static ReadOnlySpan<byte> WriteControl(Span<byte> destination, WebSocketOpcode opcode, scoped ReadOnlySpan<byte> payload)
    {
        var header = WriteHeader(destination, opcode, payload.Length);
        payload.CopyTo(destination[header..]);
        return destination[..(header + payload.Length)];
    }

    /// <summary>Writes a whole Close frame.</summary>
    /// <param name="destination">At least <see cref="MaxControlSize"/> bytes.</param>
    /// <param name="code"><see cref="CloseCode.None"/> for one without a body.</param>
    /// <param name="reason">For the peer's log; cut where it does not fit.</param>
    public static ReadOnlySpan<byte> WriteClose(Span<byte> destination, CloseCode code, string reason)
    {
        if (code == CloseCode.None)
        {
            return WriteControl(destination, WebSocketOpcode.Close, []);
        }

        Span<byte> payload = stackalloc byte[MaxControlPayload];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Utf8.FromUtf16(reason, payload[2..], out _, out var written);
        return WriteControl(destination, WebSocketOpcode.Close, payload[..(2 + written)]);
    }
}
