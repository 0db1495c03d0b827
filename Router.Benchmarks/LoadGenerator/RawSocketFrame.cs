using System.Buffers.Binary;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>The part of RawSocket a load generator needs, in the terms of <see cref="ClientFrame"/>: its kinds of frames are the opcodes of WebSocket.</summary>
internal static class RawSocketFrame
{
    private const int Header = 4;
    private const uint PingKind = 1;
    private const uint PongKind = 2;

    /// <summary>JSON, and messages of any length.</summary>
    public static ReadOnlyMemory<byte> Request { get; } = new byte[] { 0x7F, 0xF1, 0, 0 };

    /// <summary>The bytes of a reply.</summary>
    public const int ReplyBytes = 4;

    /// <summary>Whether a reply lets us in.</summary>
    public static bool IsAcceptance(ReadOnlySpan<byte> reply) => reply[0] == 0x7F && (reply[1] & 0x0F) == 1;

    /// <summary>Writes one frame and returns its length.</summary>
    public static int Write(byte opcode, ReadOnlySpan<byte> body, Span<byte> target)
    {
        var kind = opcode switch { ClientFrame.Ping => PingKind, ClientFrame.Pong => PongKind, _ => 0u };
        BinaryPrimitives.WriteUInt32BigEndian(target, (kind << 24) | (uint)body.Length);
        body.CopyTo(target[Header..]);
        return Header + body.Length;
    }

    /// <summary>Finds the first whole frame of what was received. False: more bytes are needed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame)
    {
        frame = default;
        if (bytes.Length < Header)
        {
            return false;
        }

        var head = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var length = (int)(head & 0xFF_FFFF);
        if (bytes.Length - Header < length)
        {
            return false;
        }

        var opcode = (head >> 24) switch { 0 => ClientFrame.Text, PingKind => ClientFrame.Ping, PongKind => ClientFrame.Pong, _ => (byte)0xF };
        frame = new ServerFrame(opcode, isFinal: true, bytes.Slice(Header, length), Header + length);
        return true;
    }
}
