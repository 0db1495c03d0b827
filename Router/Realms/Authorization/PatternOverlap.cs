using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Authorization;

/// <summary>Whether two patterns have URIs in common. Not for the hot path: it splits the patterns each time.</summary>
internal static class PatternOverlap
{
    /// <summary>Whether some URI matches both.</summary>
    public static bool Exists(string first, MatchPolicy firstMatch, string second, MatchPolicy secondMatch) => (firstMatch, secondMatch) switch
    {
        (MatchPolicy.Exact, MatchPolicy.Exact) => first == second,
        (_, MatchPolicy.Exact) => Exists(second, secondMatch, first, firstMatch),
        (MatchPolicy.Exact, MatchPolicy.Prefix) => first.StartsWith(second, StringComparison.Ordinal),
        (MatchPolicy.Prefix, MatchPolicy.Prefix) => first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal),
        (MatchPolicy.Wildcard, MatchPolicy.Prefix) => SomeBeginWith(second.Split('.'), first.Split('.')),
        (MatchPolicy.Prefix, MatchPolicy.Wildcard) => SomeBeginWith(first.Split('.'), second.Split('.')),
        _ => SomeMatchBoth(first.Split('.'), second.Split('.')),     // an exact URI is a wildcard pattern without wildcards
    };

    private static bool SomeMatchBoth(string[] first, string[] second) =>
        first.Length == second.Length && first.Zip(second).All(pair => AreCompatible(pair.First, pair.Second));

    /// <summary>The last component of a prefix may be the beginning of a component; the ones before it are whole.</summary>
    private static bool SomeBeginWith(string[] prefix, string[] wildcard) =>
        prefix.Length <= wildcard.Length
        && prefix[..^1].Zip(wildcard).All(pair => AreCompatible(pair.First, pair.Second))
        && (wildcard[prefix.Length - 1].Length == 0 || wildcard[prefix.Length - 1].StartsWith(prefix[^1], StringComparison.Ordinal));

    private static bool AreCompatible(string first, string second) => first.Length == 0 || second.Length == 0 || first == second;
}
