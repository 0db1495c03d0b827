using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace WampRouter.Transports.WebSockets;

/// <summary>The head of a frame as it arrives from a client (RFC 6455 section 5.2). Reading it judges nothing; <see cref="FindFault"/> does.</summary>
internal readonly struct ClientFrameHeader
{
    /// <summary>Two bytes, a 64-bit length and a key.</summary>
    public const int MaxSize = 14;

    private const byte FinBit = 0x80;
    private const byte ReservedBits = 0x70;
    private const byte CompressedBit = 0x40;
    private const byte MaskBit = 0x80;

    private readonly byte _first;
    private readonly byte _second;

    private ClientFrameHeader(byte first, byte second, int size, ulong payloadLength, uint maskingKey)
    {
        _first = first;
        _second = second;
        Size = size;
        PayloadLength = payloadLength;
        MaskingKey = maskingKey;
    }

    /// <summary>Bytes of the header itself.</summary>
    public int Size { get; }

    /// <summary>Bytes that follow the header, as the peer says: unchecked.</summary>
    public ulong PayloadLength { get; }

    /// <summary>The key in memory order, for <see cref="FrameMask"/>; 0 where the frame is not masked.</summary>
    public uint MaskingKey { get; }

    /// <summary>Whether this is the last frame of its message.</summary>
    public bool IsFinal => (_first & FinBit) != 0;

    /// <summary>What the frame is; may be a reserved value until <see cref="FindFault"/> was asked.</summary>
    public WebSocketOpcode Opcode => (WebSocketOpcode)(_first & 0x0F);

    /// <summary>Whether it begins a compressed message (RFC 7692 section 6), where that is agreed.</summary>
    public bool IsCompressed => (_first & CompressedBit) != 0;

    /// <summary>Close, ping, pong, or a reserved control opcode.</summary>
    public bool IsControl => (_first & 0x08) != 0;

    /// <summary>Reads a header without consuming it.</summary>
    /// <returns>False where more bytes are needed.</returns>
    public static bool TryRead(ref SequenceReader<byte> reader, out ClientFrameHeader header)
    {
        var span = reader.UnreadSpan;
        if (span.Length >= MaxSize)
        {
            return TryRead(span, out header);
        }

        // Near the end of a segment: gather the few bytes there are.
        Span<byte> gathered = stackalloc byte[MaxSize];
        gathered = gathered[..(int)Math.Min(reader.Remaining, MaxSize)];
        reader.TryCopyTo(gathered);
        return TryRead(gathered, out header);
    }

    /// <summary>
    /// What RFC 6455 forbids about this header by itself: a text for the Close frame, or null. A length in more bytes than it needs
    /// passes: the duty to be minimal is the sender's, and nothing is ambiguous about it.
    /// </summary>
    /// <param name="mayBeCompressed">Whether compression is agreed on.</param>
    public string? FindFault(bool mayBeCompressed = false)
    {
        if ((_first & ReservedBits) != 0 && FindFaultOfReserved(mayBeCompressed) is { } reserved)
        {
            return reserved;
        }

        if ((_second & MaskBit) == 0)
        {
            return "frames from a client must be masked";
        }

        if (IsControl)
        {
            return Opcode > WebSocketOpcode.Pong ? "reserved control opcode"
                : !IsFinal ? "control frames must not be fragmented"
                : PayloadLength > ServerFrame.MaxControlPayload ? "control frames carry at most 125 bytes"
                : null;
        }

        return Opcode > WebSocketOpcode.Binary ? "reserved opcode"
            : PayloadLength > long.MaxValue ? "the top bit of a 64-bit length must be 0"
            : null;
    }

    private string? FindFaultOfReserved(bool mayBeCompressed) =>
        !mayBeCompressed ? "reserved bits must be 0: no extension was negotiated"
        : (_first & ReservedBits) != CompressedBit ? "the second and the third reserved bit must be 0: no extension was negotiated for them"
        : Opcode is not (WebSocketOpcode.Text or WebSocketOpcode.Binary) ? "only the first frame of a message says that it is compressed"
        : null;

    private static bool TryRead(ReadOnlySpan<byte> bytes, out ClientFrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        var masked = (bytes[1] & MaskBit) != 0;
        var shortLength = bytes[1] & 0x7F;
        var lengthSize = shortLength switch { 126 => 2, 127 => 8, _ => 0 };
        var size = 2 + lengthSize + (masked ? 4 : 0);
        if (bytes.Length < size)
        {
            return false;
        }

        var length = lengthSize switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)shortLength,
        };
        var key = masked ? Unsafe.ReadUnaligned<uint>(in bytes[size - 4]) : 0;
        header = new ClientFrameHeader(bytes[0], bytes[1], size, length, key);
        return true;
    }
}
