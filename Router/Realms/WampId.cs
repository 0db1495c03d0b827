using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WampRouter.Realms;

/// <summary>WAMP ids: integers from 1 to 2^53 (<c>rfc/text/basic/building_blocks.md</c> "IDs").</summary>
internal static class WampId
{
    /// <summary>The largest id: what a double still holds exactly.</summary>
    public const ulong Max = 1UL << 53;

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
