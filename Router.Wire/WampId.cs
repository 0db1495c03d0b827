using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WampRouter.Wire;

/// <summary>WAMP ids: integers from 1 to 2^53 (<c>rfc/text/basic/building_blocks.md</c> "IDs").</summary>
internal static class WampId
{
    /// <summary>The largest id: what a double still holds exactly.</summary>
    public const ulong Max = 1UL << 53;

    /// <summary>The id that follows one in a sequence: 1 after <see cref="Max"/>, and after 0, which is none.</summary>
    public static ulong After(ulong id) => (id % Max) + 1;

    /// <summary>Whether, of two ids of one sequence, the first was given out later. They begin anew after <see cref="Max"/>, so it means: less than half a round later.</summary>
    public static bool IsAfter(ulong id, ulong other) => id != other && (id + Max - other) % Max < Max / 2;

    /// <summary>A publication id: uniform over the whole range.</summary>
    public static ulong NextGlobal() => (ulong)Random.Shared.NextInt64(1, (long)Max + 1);

    /// <summary>A session id: uniform too, and not to be guessed from the ones seen before.</summary>
    public static ulong NextUnguessable()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);

        // 2^64 is a multiple of 2^53: the mask keeps the distribution uniform.
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) & (Max - 1)) + 1;
    }
}
