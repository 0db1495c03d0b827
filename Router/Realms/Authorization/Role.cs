using System.Text;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Authorization;

/// <summary>
/// A role with its rules made ready: of the rules that match a URI the most specific decides alone — exact before prefix before
/// wildcard, longer prefixes before shorter ones, wildcards by their literal components from the left; no rule, no permission. Immutable.
/// </summary>
internal sealed class Role
{
    private readonly Dictionary<string, PermissionRule> _exact = [];
    private readonly (byte[] Prefix, PermissionRule Rule)[] _prefixes;      // longest first
    private readonly (byte[][] Components, PermissionRule Rule)[] _wildcards;    // most literal from the left first
    private readonly PermissionRule[] _bySpecificity;

    public Role(RoleSettings settings, int index)
    {
        Name = settings.Name;
        TrustLevel = settings.TrustLevel;
        Rates = settings.Rates;
        Index = index;
        foreach (var rule in settings.Permissions.Where(r => r.Match == MatchPolicy.Exact))
        {
            _exact[rule.Uri] = rule;
        }

        _prefixes = [.. settings.Permissions
            .Where(r => r.Match == MatchPolicy.Prefix)
            .Select(r => (Encoding.UTF8.GetBytes(r.Uri), r))
            .OrderByDescending(r => r.Item1.Length)];
        _wildcards = [.. settings.Permissions
            .Where(r => r.Match == MatchPolicy.Wildcard)
            .OrderByDescending(r => LiteralsFromTheLeft(r.Uri), StringComparer.Ordinal)
            .Select(r => (r.Uri.Split('.').Select(Encoding.UTF8.GetBytes).ToArray(), r))];
        _bySpecificity = [.. _exact.Values, .. _prefixes.Select(entry => entry.Rule), .. _wildcards.Select(entry => entry.Rule)];
    }

    /// <summary>The authrole.</summary>
    public string Name { get; }

    /// <summary>How far its messages are trusted; null: receivers are told nothing.</summary>
    public int? TrustLevel { get; }

    /// <summary>What a session with it may send in a second; null: what all may.</summary>
    public TrafficRates? Rates { get; }

    /// <summary>Its place in the realm's list of roles: the index of per-URI caches.</summary>
    public int Index { get; }

    /// <summary>What the role may do with a URI, and whether that may be remembered.</summary>
    public (Permissions Permissions, bool Cache) Decide(ReadOnlySpan<byte> uri) =>
        Find(uri) is { } rule ? (rule.Allow, rule.Cache) : (Permissions.None, true);

    /// <summary>
    /// What the role may do with a pattern: the most specific of the rules that cover all its URIs decides. A rule for one URI covers no pattern, and no
    /// wildcard covers a prefix. Of a part of the URIs a more specific rule may say something else: see <see cref="DecideWhole"/>.
    /// </summary>
    public Permissions DecidePattern(ReadOnlySpan<byte> pattern, MatchPolicy match)
    {
        var uri = Encoding.UTF8.GetString(pattern);
        return Array.Find(_bySpecificity, rule => Covers(rule, uri, match))?.Allow ?? Permissions.None;
    }

    /// <summary>What the role may do with each and every URI that matches a pattern: the same, less what a more specific rule denies of a part of them.</summary>
    public Permissions DecideWhole(ReadOnlySpan<byte> pattern, MatchPolicy match)
    {
        var uri = Encoding.UTF8.GetString(pattern);
        var allowed = ~Permissions.None;
        foreach (var rule in _bySpecificity)
        {
            if (PatternOverlap.Exists(rule.Uri, rule.Match, uri, match))
            {
                allowed &= rule.Allow;
            }

            if (Covers(rule, uri, match))
            {
                return allowed;
            }
        }

        return Permissions.None;
    }

    /// <summary>Which rule, or lack of one, denies something: for the log, not for clients, who need not know the rules.</summary>
    /// <param name="pattern">The URI or pattern.</param>
    /// <param name="match">Which of the two it is.</param>
    /// <param name="wanted">What is wanted of it.</param>
    /// <param name="wholly">As for <see cref="DecideWhole"/>.</param>
    /// <returns>The reason; null where it is allowed.</returns>
    public string? WhyDenied(ReadOnlySpan<byte> pattern, MatchPolicy match, Permissions wanted, bool wholly)
    {
        if (match == MatchPolicy.Exact)
        {
            return Find(pattern) is not { } found ? "no rule of the role covers it"
                : (found.Allow & wanted) == 0 ? $"the role's rule for {Describe(found)} does not allow it"
                : null;
        }

        var uri = Encoding.UTF8.GetString(pattern);
        foreach (var rule in _bySpecificity)
        {
            var covers = Covers(rule, uri, match);
            var concerns = covers || (wholly && PatternOverlap.Exists(rule.Uri, rule.Match, uri, match));
            if (concerns && (rule.Allow & wanted) == 0)
            {
                return $"the role's rule for {Describe(rule)} does not allow {(covers ? "it" : "a part of it")}";
            }

            if (covers)
            {
                return null;
            }
        }

        return "no rule of the role covers all of it";
    }

    private static string Describe(PermissionRule rule) => rule.Match switch
    {
        MatchPolicy.Prefix => $"the prefix '{rule.Uri}'",
        MatchPolicy.Wildcard => $"the wildcard pattern '{rule.Uri}'",
        _ => $"'{rule.Uri}'",
    };

    private static bool Covers(PermissionRule rule, string pattern, MatchPolicy match) => rule.Match switch
    {
        MatchPolicy.Prefix => pattern.StartsWith(rule.Uri, StringComparison.Ordinal),
        MatchPolicy.Wildcard => match == MatchPolicy.Wildcard && WildcardMatches([.. rule.Uri.Split('.').Select(Encoding.UTF8.GetBytes)], Encoding.UTF8.GetBytes(pattern)),
        _ => false,
    };

    private PermissionRule? Find(ReadOnlySpan<byte> uri)
    {
        if (_exact.Count > 0 && _exact.TryGetValue(Encoding.UTF8.GetString(uri), out var exact))
        {
            return exact;
        }

        foreach (var (prefix, rule) in _prefixes)
        {
            if (uri.StartsWith(prefix))
            {
                return rule;
            }
        }

        foreach (var (components, rule) in _wildcards)
        {
            if (WildcardMatches(components, uri))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>One character a component, literal above wildcard: compared as strings, the pattern literal further to the left wins.</summary>
    private static string LiteralsFromTheLeft(string pattern) =>
        string.Concat(pattern.Split('.').Select(component => component.Length > 0 ? '1' : '0'));

    /// <summary>A rule's wildcard also covers the empty component of a pattern that somebody subscribes to or registers; a URI has none.</summary>
    private static bool WildcardMatches(byte[][] components, ReadOnlySpan<byte> uri)
    {
        for (var i = 0; i < components.Length; i++)
        {
            var dot = uri.IndexOf((byte)'.');
            var last = i == components.Length - 1;
            if (last != dot < 0)
            {
                return false;       // more or fewer components than the pattern
            }

            var component = last ? uri : uri[..dot];
            if (components[i].Length > 0 && !component.SequenceEqual(components[i]))
            {
                return false;
            }

            uri = last ? default : uri[(dot + 1)..];
        }

        return true;
    }
}
