using System.Buffers.Binary;

namespace WampRouter.Benchmarks.Dialects;

/// <summary>
/// The 100 bytes every message carries: a JSON string of a mark, a sequence number and filling. The number lets receivers see
/// that nothing was lost, doubled or overtaken.
/// </summary>
internal static class TestPayload
{
    /// <summary>Bytes between the quotes.</summary>
    public const int Size = 100;

    private const byte Mark = (byte)'~';
    private const int NumberLength = 8;

    /// <summary>A payload numbered 0.</summary>
    public static byte[] Create()
    {
        var payload = new byte[Size];
        payload.AsSpan().Fill((byte)'x');
        payload[0] = Mark;
        Number(payload, 0);
        return payload;
    }

    /// <summary>Writes the number: eight characters from <c>@</c> to <c>O</c>, one for each four bits.</summary>
    public static void Number(Span<byte> payload, uint sequence)
    {
        ulong spread = sequence;
        spread = (spread | (spread << 16)) & 0x0000_FFFF_0000_FFFF;
        spread = (spread | (spread << 8)) & 0x00FF_00FF_00FF_00FF;
        spread = (spread | (spread << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        BinaryPrimitives.WriteUInt64LittleEndian(payload.Slice(1, NumberLength), spread | 0x4040_4040_4040_4040);
    }

    /// <summary>Reads the number of a payload found by <see cref="TryFind"/>.</summary>
    public static uint NumberOf(ReadOnlySpan<byte> payload)
    {
        var packed = BinaryPrimitives.ReadUInt64LittleEndian(payload.Slice(1, NumberLength)) & 0x0F0F_0F0F_0F0F_0F0F;
        packed = (packed | (packed >> 4)) & 0x00FF_00FF_00FF_00FF;
        packed = (packed | (packed >> 8)) & 0x0000_FFFF_0000_FFFF;
        return (uint)(packed | (packed >> 16));
    }

    /// <summary>
    /// Finds the payload of a message: first where it is when just <paramref name="tailLength"/> bytes follow it, as from every server that
    /// writes no needless spaces, then anywhere.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> message, int tailLength, out ReadOnlySpan<byte> payload)
    {
        var start = message.Length - tailLength - Size;
        if (start < 0 || message[start] != Mark)
        {
            start = message.IndexOf(Mark);
        }

        var found = start >= 0 && message.Length - start >= Size;
        payload = found ? message.Slice(start, Size) : default;
        return found;
    }
}
