using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WampRouter.Transports.WebSockets;

/// <summary>The XOR mask every client puts on its payload (RFC 6455 section 5.3).</summary>
internal static class FrameMask
{
    /// <summary>Copies <paramref name="source"/> to <paramref name="destination"/> unmasked.</summary>
    /// <param name="source">The masked bytes; borrowed.</param>
    /// <param name="destination">At least as long; may be the very same memory, must not overlap otherwise.</param>
    /// <param name="key">The four key bytes in memory order, turned so that the first belongs to the first byte of <paramref name="source"/>.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination[..source.Length]);
        var length = (nuint)source.Length;
        nuint done = 0;

        if (Vector256.IsHardwareAccelerated)
        {
            var wide = Vector256.Create(key).AsByte();
            for (; length - done >= 32; done += 32)
            {
                (Vector256.LoadUnsafe(ref from, done) ^ wide).StoreUnsafe(ref to, done);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            var wide = Vector128.Create(key).AsByte();
            for (; length - done >= 16; done += 16)
            {
                (Vector128.LoadUnsafe(ref from, done) ^ wide).StoreUnsafe(ref to, done);
            }
        }

        for (; length - done >= sizeof(uint); done += sizeof(uint))
        {
            var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, done)) ^ key;
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, done), word);
        }

        for (; done < length; done++)
        {
            Unsafe.Add(ref to, done) = (byte)(Unsafe.Add(ref from, done) ^ KeyByte(key, (int)(done & 3)));
        }
    }

    /// <summary>The key for the rest of a payload of which <paramref name="bytes"/> were unmasked.</summary>
    public static uint Turn(uint key, int bytes)
    {
        var bits = 8 * (bytes & 3);
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, bits) : BitOperations.RotateLeft(key, bits);
    }

    /// <summary>The byte of the key for a byte of a payload.</summary>
    public static byte KeyByte(uint key, int index) => (byte)(key >> (8 * (BitConverter.IsLittleEndian ? index & 3 : 3 - (index & 3))));
}
