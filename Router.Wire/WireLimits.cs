namespace WampRouter.Wire;

/// <summary>Bounds that hold for every message of every format, whoever sends it.</summary>
internal static class WireLimits
{
    /// <summary>
    /// How many lists and dictionaries may be open at once, the message itself included (CBOR tags count too). Bounds the stack
    /// of every recursive walk, here and in the peers that receive what we pass on.
    /// </summary>
    public const int MaxDepth = 64;

    /// <summary>Largest id, 2^53: the largest integer that survives a double (<c>rfc/text/basic/building_blocks.md</c> "IDs").</summary>
    public const ulong MaxId = 1UL << 53;

    /// <summary>Longest URI or pattern in bytes of UTF-8. The specification sets none; an unbounded one would be a client's way to fill our tables.</summary>
    public const int MaxUriBytes = 1024;

    /// <summary>
    /// Largest integer beyond 64 bits that is transcoded, in bytes. Converting between binary and decimal costs more than linear
    /// time, so its size must not be the sender's choice.
    /// </summary>
    public const int MaxBigIntegerBytes = 128;
}
