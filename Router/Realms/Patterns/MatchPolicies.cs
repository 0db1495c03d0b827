using WampRouter.Wire;

namespace WampRouter.Realms.Patterns;

/// <summary>Match policies as words in messages, and the URIs that are valid for each.</summary>
internal static class MatchPolicies
{
    /// <summary>The policy that an option <c>match</c> names; false if it names none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out MatchPolicy policy)
    {
        policy = word.SequenceEqual("prefix"u8) ? MatchPolicy.Prefix
            : word.SequenceEqual("wildcard"u8) ? MatchPolicy.Wildcard
            : MatchPolicy.Exact;
        return policy != MatchPolicy.Exact || word.SequenceEqual("exact"u8);
    }

    /// <summary>The word for a policy.</summary>
    public static ReadOnlySpan<byte> Word(MatchPolicy policy) => policy switch
    {
        MatchPolicy.Prefix => "prefix"u8,
        MatchPolicy.Wildcard => "wildcard"u8,
        _ => "exact"u8,
    };

    /// <summary>The shape that a URI with this policy must have.</summary>
    public static UriShape ShapeOf(MatchPolicy policy) => policy switch
    {
        MatchPolicy.Prefix => UriShape.Prefix,
        MatchPolicy.Wildcard => UriShape.Wildcard,
        _ => UriShape.Whole,
    };

    /// <summary>Whether one valid URI matches one pattern. For many patterns use <see cref="PatternTrie{T}"/>.</summary>
    public static bool Matches(MatchPolicy policy, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> uri) => policy switch
    {
        MatchPolicy.Prefix => uri.StartsWith(pattern),
        MatchPolicy.Wildcard => MatchesWildcard(pattern, uri),
        _ => uri.SequenceEqual(pattern),
    };

    /// <summary>
    /// Whether a URI is valid with this policy in SUBSCRIBE or REGISTER. A pattern may be empty: as a prefix it matches every URI, as a wildcard all
    /// URIs with one component (<c>rfc/text/basic/building_blocks.md</c> "URIs", the expressions that allow empty components).
    /// </summary>
    public static bool IsValid(MatchPolicy policy, ReadOnlySpan<byte> uri, UriCheck check) => policy == MatchPolicy.Exact
        ? WampUri.IsValid(uri, check == UriCheck.Strict)
        : uri.IsEmpty || WampUri.IsValidPattern(uri, check == UriCheck.Strict, allowEmptyComponents: policy == MatchPolicy.Wildcard);

    private static bool MatchesWildcard(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> uri)
    {
        while (true)
        {
            var (wanted, given) = (pattern.IndexOf((byte)'.'), uri.IndexOf((byte)'.'));
            var component = wanted < 0 ? pattern : pattern[..wanted];
            if (!component.IsEmpty && !component.SequenceEqual(given < 0 ? uri : uri[..given]))
            {
                return false;
            }

            if (wanted < 0 || given < 0)
            {
                return wanted < 0 && given < 0;
            }

            pattern = pattern[(wanted + 1)..];
            uri = uri[(given + 1)..];
        }
    }
}
