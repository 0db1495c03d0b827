namespace WampRouter.Wire;

/// <summary>The type of a message that <see cref="MessageWriter"/> wrote, from the first bytes of its frame: who has only the bytes need not be told what they are.</summary>
internal static class WrittenCode
{
    private const byte CborOneByte = 0x18;      // a number of 24 to 255 follows (RFC 8949, 3)
    private const int CborLargestInHead = 23;

    /// <summary>The type; <see cref="MessageCode.None"/> where these are not the bytes of a message.</summary>
    /// <param name="encoding">How it was written.</param>
    /// <param name="frame">The whole frame, header included.</param>
    public static MessageCode Of(WireEncoding encoding, ReadOnlySpan<byte> frame)
    {
        var list = HeaderBytes(encoding.Framing, frame);
        if (frame.Length < list + 3)        // the shortest: a list's head, a code, and something more
        {
            return MessageCode.None;
        }

        var (first, second) = (frame[list + 1], frame[list + 2]);
        return (MessageCode)(encoding.Format switch
        {
            WireFormat.MessagePack => first,
            WireFormat.Cbor => first == CborOneByte ? second : first <= CborLargestInHead ? first : 0,
            _ when second is >= (byte)'0' and <= (byte)'9' => ((first - '0') * 10) + second - '0',
            _ => first is >= (byte)'0' and <= (byte)'9' ? first - '0' : 0,
        });
    }

    private static int HeaderBytes(Framing framing, ReadOnlySpan<byte> frame) => framing switch
    {
        Framing.RawSocket => 4,
        Framing.Batched => 0,
        _ => frame.Length < 2 ? 0 : frame[1] switch { < 126 => 2, 126 => 4, _ => 10 },
    };
}
