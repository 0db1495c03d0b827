using WampRouter.Wire;

namespace WampRouter.Realms.Messages;

/// <summary>
/// Decides which of several nodes owns a key: the node with the highest weight for it. Every router computes the same result, and a node that
/// is added or removed moves only its own keys. A key is a string or an integer; the number 7 and the string "7" are the same key.
/// </summary>
internal static class RendezvousHash
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>Hashes a key; false if it is neither a string nor an integer.</summary>
    public static bool TryHash(in WireValue key, out ulong hash)
    {
        if (key.TryGetUtf8(out var text))
        {
            hash = Hash(text);
            return true;
        }

        Span<byte> digits = stackalloc byte[20];
        hash = 0;
        if (!key.TryGetInteger(out var number) || !number.TryFormat(digits, out var length, provider: System.Globalization.CultureInfo.InvariantCulture))
        {
            return false;
        }

        hash = Hash(digits[..length]);
        return true;
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    public static ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = FnvOffset;
        foreach (var octet in key)
        {
            hash = (hash ^ octet) * FnvPrime;
        }

        return hash;
    }

    /// <summary>The weight of a node for a key, both hashed. Mixed by the finalizer of SplitMix64; otherwise nodes with similar names would get similar weights.</summary>
    public static ulong Weight(ulong key, ulong node)
    {
        var mixed = key ^ (node * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
