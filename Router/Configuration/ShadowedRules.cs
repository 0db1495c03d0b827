using WampRouter.Configuration.Documents;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;

namespace WampRouter.Configuration;

/// <summary>
/// Finds the wildcard rules of a role that never decide: exact rules and prefixes come before all wildcards, so one that is covered by a single such rule is never asked. Most often it was to deny what that one allows.
/// </summary>
internal sealed class ShadowedRules
{
    private readonly List<(ObjectReader Reader, PermissionRule Rule)> _rules = [];

    /// <summary>Takes a rule of the role.</summary>
    /// <param name="reader">What it was read with, for the note.</param>
    /// <param name="rule">The rule.</param>
    public PermissionRule Add(ObjectReader reader, PermissionRule rule)
    {
        _rules.Add((reader, rule));
        return rule;
    }

    /// <summary>Notes those that never decide, once all are there.</summary>
    public void Note()
    {
        foreach (var (reader, wildcard) in _rules.Where(rule => rule.Rule.Match == MatchPolicy.Wildcard))
        {
            var beginning = BeginningOf(wildcard.Uri);

            // What was left out or is no URI is a mistake, and has no beginning either.
            if (wildcard.Uri.Length > 0 && _rules.Select(rule => rule.Rule).Where(rule => Covers(rule, wildcard.Uri, beginning)).MaxBy(rule => rule.Uri.Length) is { } first)
            {
                reader.Note("uri", first.Match == MatchPolicy.Exact
                    ? $"never decides: the rule for {Words.Quote(first.Uri)} comes first, because it is exact; leave this one out"
                    : $"never decides: the rule for the prefix {Words.Quote(first.Uri)} covers all that it matches, and prefixes come before wildcards; let exact rules or longer prefixes say it, or take shorter ones away");
            }
        }
    }

    private static bool Covers(PermissionRule rule, string wildcard, string beginning) => rule.Match switch
    {
        MatchPolicy.Exact => rule.Uri == wildcard && beginning == wildcard,
        MatchPolicy.Prefix => beginning.StartsWith(rule.Uri, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>What every URI that it matches begins with: all of it up to its first wildcard.</summary>
    private static string BeginningOf(string wildcard)
    {
        var components = wildcard.Split('.');
        var literals = components.TakeWhile(component => component.Length > 0).ToArray();
        return string.Concat(string.Join('.', literals), literals.Length is > 0 and var count && count < components.Length ? "." : "");
    }
}
