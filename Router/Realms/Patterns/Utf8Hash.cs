using System.Buffers.Binary;

namespace WampRouter.Realms.Patterns;

/// <summary>
/// The hash of a URI's bytes: eight bytes at a time, folded by a 64×64→128 bit multiplication. Seeded per process, because clients choose
/// the keys of the tables that use it.
/// </summary>
internal static class Utf8Hash
{
    private const ulong Prime1 = 0xa0761d6478bd642f;
    private const ulong Prime2 = 0xe7037ed1a0b428db;

    // Random bits of the operating system. The cryptographic library is not used, because it would be loaded at start for this alone.
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray()) ^ BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray());

    /// <summary>The hash of some bytes; the same for the same bytes within this process.</summary>
    public static int Of(ReadOnlySpan<byte> utf8)
    {
        var hash = Seed ^ (uint)utf8.Length;
        while (utf8.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8), Prime1);
            utf8 = utf8[sizeof(ulong)..];
        }

        return (int)Fold(hash ^ Tail(utf8), Prime2);
    }

    private static ulong Tail(ReadOnlySpan<byte> rest)
    {
        if (rest.Length >= sizeof(uint))
        {
            // The two words may overlap. How far they do follows from the length, which is part of the hash.
            return BinaryPrimitives.ReadUInt32LittleEndian(rest) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(rest[^sizeof(uint)..]) << 32);
        }

        var tail = 0UL;
        foreach (var b in rest)
        {
            tail = (tail << 8) | b;
        }

        return tail;
    }

    private static ulong Fold(ulong value, ulong prime)
    {
        var high = Math.BigMul(value ^ Seed, prime, out var low);
        return high ^ low;
    }
}
