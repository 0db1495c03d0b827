using WampRouter.Wire;

namespace WampRouter.Realms.Patterns;

/// <summary>Match policies as messages write them, and the URIs that fit each.</summary>
internal static class MatchPolicies
{
    /// <summary>The policy an option <c>match</c> names.</summary>
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

    /// <summary>What a URI with this policy is to be.</summary>
    public static UriShape ShapeOf(MatchPolicy policy) => policy switch
    {
        MatchPolicy.Prefix => UriShape.Prefix,
        MatchPolicy.Wildcard => UriShape.Wildcard,
        _ => UriShape.Whole,
    };

    /// <summary>Whether one valid URI matches one pattern; for many patterns there is <see cref="PatternTrie{T}"/>.</summary>
    public static bool Matches(MatchPolicy policy, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> uri) => policy switch
    {
        MatchPolicy.Prefix => uri.StartsWith(pattern),
        MatchPolicy.Wildcard => MatchesWildcard(pattern, uri),
        _ => uri.SequenceEqual(pattern),
    };

    /// <summary>
    /// Whether a URI may be subscribed or registered so. A pattern may be empty: as a prefix it stands for every URI, as a wildcard for
    /// those of one component (<c>rfc/text/basic/building_blocks.md</c> "URIs", the expressions that allow empty components).
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
