using System.Buffers.Binary;
using System.Globalization;

namespace WampRouter.Wire.MessagePack;

/// <summary>The one extension type MessagePack defines itself: seconds and nanoseconds since 1970, in 4, 8 or 12 bytes.</summary>
internal static class MessagePackTimestamp
{
    /// <summary><c>2025-01-02T03:04:05.123456789Z</c></summary>
    public const int MaxTextBytes = 32;

    private const byte ExtensionType = 0xFF;
    private const uint NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Writes RFC 3339 text; false if this is another extension, malformed, or outside of the years 1 to 9999.</summary>
    /// <param name="extension">The type byte and the data.</param>
    /// <param name="text">At least <see cref="MaxTextBytes"/>.</param>
    /// <param name="length">Bytes written.</param>
    public static bool TryFormat(ReadOnlySpan<byte> extension, Span<byte> text, out int length)
    {
        length = 0;
        if (extension[0] != ExtensionType || !TryRead(extension[1..], out var seconds, out var nanoseconds)
            || nanoseconds >= NanosecondsPerSecond
            || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        DateTimeOffset.FromUnixTimeSeconds(seconds).TryFormat(text, out length, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        if (nanoseconds != 0)
        {
            text[length++] = (byte)'.';
            nanoseconds.TryFormat(text[length..], out var digits, "D9", CultureInfo.InvariantCulture);
            length += digits;
        }

        text[length++] = (byte)'Z';
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> data, out long seconds, out uint nanoseconds)
    {
        (seconds, nanoseconds) = data.Length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(data), 0u),
            8 => ((long)(BinaryPrimitives.ReadUInt64BigEndian(data) & 0x3_FFFF_FFFF), (uint)(BinaryPrimitives.ReadUInt64BigEndian(data) >> 34)),
            12 => (BinaryPrimitives.ReadInt64BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data)),
            _ => (0L, 0u),
        };
        return data.Length is 4 or 8 or 12;
    }
}
