using System.Buffers.Binary;

namespace WampRouter.Wire;

/// <summary>
/// The bytes in front of a message: an unmasked WebSocket frame header (RFC 6455, 5.2), the prefix of RawSocket
/// (<see cref="RawSocketPrefix"/>), or nothing where messages are batched.
/// </summary>
internal static class FrameHeader
{
    /// <summary>The longest header in bytes.</summary>
    public const int MaxSize = 10;

    private const byte FinText = 0x81;
    private const byte FinBinary = 0x82;

    /// <summary>Writes the header right-aligned at the end of <paramref name="headroom"/>, so that it touches the body behind.</summary>
    /// <param name="encoding">Says what kind of header.</param>
    /// <param name="bodyLength">The length of the message in bytes.</param>
    /// <param name="headroom">At least <see cref="MaxSize"/> bytes in front of the message.</param>
    /// <param name="size">The size of the header in bytes.</param>
    /// <returns>False where this framing cannot carry so long a message.</returns>
    public static bool TryWrite(WireEncoding encoding, int bodyLength, Span<byte> headroom, out int size)
    {
        var isCarried = encoding.Framing is not Framing.RawSocket || bodyLength <= RawSocketPrefix.MaxLength;
        size = isCarried ? Write(encoding, bodyLength, headroom) : 0;
        return isCarried;
    }

    /// <summary>The size of the header of a whole frame.</summary>
    public static int SizeOf(WireEncoding encoding, int frameLength) => encoding.Framing switch
    {
        Framing.RawSocket => RawSocketPrefix.Size,
        Framing.Batched => 0,
        _ => frameLength switch { < 126 + 2 => 2, <= ushort.MaxValue + 4 => 4, _ => 10 },
    };

    private static int Write(WireEncoding encoding, int bodyLength, Span<byte> headroom)
    {
        if (encoding.Framing is not Framing.WebSocket)
        {
            return encoding.Framing is Framing.RawSocket ? WriteRawSocket(bodyLength, headroom) : 0;
        }

        var size = bodyLength switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };
        var header = headroom[^size..];
        header[0] = encoding.Format is WireFormat.Json ? FinText : FinBinary;
        switch (size)
        {
            case 2:
                header[1] = (byte)bodyLength;
                break;
            case 4:
                header[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)bodyLength);
                break;
            default:
                header[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(header[2..], (ulong)bodyLength);
                break;
        }

        return size;
    }

    private static int WriteRawSocket(int bodyLength, Span<byte> headroom)
    {
        RawSocketPrefix.Write(headroom[^RawSocketPrefix.Size..], RawSocketKind.Message, bodyLength);
        return RawSocketPrefix.Size;
    }
}
