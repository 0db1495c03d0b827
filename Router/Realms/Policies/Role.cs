using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Policies;

/// <summary>
/// A role with its rules, prepared for lookup. Of all rules that match a URI only the most specific one counts: exact before prefix before
/// wildcard, longer prefixes before shorter ones, wildcards by their literal components from the left. No rule, no permission: only the authorizer of the realm, if it has one, can then give it. Immutable.
/// </summary>
internal sealed class Role
{
    private readonly Dictionary<string, PermissionRule> _exact = [];
    private readonly (byte[] Prefix, PermissionRule Rule)[] _prefixes;      // longest first
    private readonly (byte[][] Components, PermissionRule Rule)[] _wildcards;    // those with more literal components on the left first
    private readonly PermissionRule[] _bySpecificity;
    private readonly Permissions _uncovered;        // what holds where no rule does

    /// <param name="settings">Its rules.</param>
    /// <param name="index">Its index among the roles of the policy.</param>
    /// <param name="policy">The policy that it is a part of.</param>
    /// <param name="isGone">Whether the policy does not have it: it may do nothing, and nobody is asked.</param>
    public Role(RoleSettings settings, int index, RealmPolicy policy, bool isGone = false)
    {
        _uncovered = isGone ? Permissions.None : Permissions.Undecided;
        Policy = policy;
        IsOfApplication = settings.IsOfApplication;
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

    /// <summary>The trust level of its messages; null: receivers are not told any.</summary>
    public int? TrustLevel { get; }

    /// <summary>How much a session with this role may send in a second; null: no limit of its own.</summary>
    public TrafficRates? Rates { get; }

    /// <summary>The policy that it is a part of.</summary>
    public RealmPolicy Policy { get; }

    /// <inheritdoc cref="RoleSettings.IsOfApplication"/>
    public bool IsOfApplication { get; }

    /// <summary>Its index among the roles of the policy, and in the caches per URI.</summary>
    public int Index { get; }

    /// <summary>What the role may do with a URI, and whether the decision may be cached.</summary>
    public (Permissions Permissions, bool Cache) Decide(ReadOnlySpan<byte> uri) =>
        Find(uri) is { } rule ? (rule.Allow, rule.Cache) : (_uncovered, true);

    /// <summary>
    /// What the role may do with a pattern. Of the rules that cover all URIs of the pattern the most specific one decides. A rule for one URI covers no pattern, and no
    /// wildcard rule covers a prefix. A more specific rule may decide otherwise for some of the URIs: see <see cref="DecideWhole"/>.
    /// </summary>
    public Permissions DecidePattern(ReadOnlySpan<byte> pattern, MatchPolicy match)
    {
        var uri = Encoding.UTF8.GetString(pattern);
        return Array.Find(_bySpecificity, rule => Covers(rule, uri, match))?.Allow ?? _uncovered;
    }

    /// <summary>What the role may do with every single URI that matches a pattern: as <see cref="DecidePattern"/>, without what a more specific rule denies for some of them.</summary>
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

        // What a rule denies for a part of the pattern is denied; only for the rest the authorizer can be asked.
        return (allowed & Permissions.Register) != 0 ? _uncovered : Permissions.None;
    }

    /// <summary>Which rule, or missing rule, denies a request. For the log only: clients need not know the rules.</summary>
    /// <param name="pattern">The URI or pattern.</param>
    /// <param name="match">How it is compared.</param>
    /// <param name="wanted">The permission that is asked for.</param>
    /// <param name="wholly">Whether it must hold for every URI, as in <see cref="DecideWhole"/>.</param>
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

    /// <summary>One character for each component, literal above wildcard. As strings, the pattern with the literal further to the left is greater.</summary>
    private static string LiteralsFromTheLeft(string pattern) =>
        string.Concat(pattern.Split('.').Select(component => component.Length > 0 ? '1' : '0'));

    /// <summary>A rule's wildcard also covers the empty component of a wildcard pattern in SUBSCRIBE or REGISTER. A URI has no empty component.</summary>
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
