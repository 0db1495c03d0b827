using System.Text;
using WampRouter.Configuration.Documents;
using WampRouter.Realms.Meta;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Configuration;

/// <summary>
/// Which URIs a realm file may name (<c>rfc/text/basic/building_blocks.md</c> "URIs"). <c>wamp.</c> is allowed: rules decide who may use
/// the router's own procedures.
/// </summary>
internal static class UriRules
{
    /// <summary>What other brokers write for "any component" and "all below".</summary>
    private static readonly HashSet<string> ForeignWildcards = new(StringComparer.Ordinal) { "*", "**", "#", "+", ">" };

    /// <summary>What is wrong with the name of a realm, or null.</summary>
    public static string? FindProblemOfName(string name, UriCheck check) =>
        name.Length == 0 ? "must not be empty"
        : FindControl(name) is { } control ? control
        : WampUri.IsReserved(Encoding.UTF8.GetBytes(name)) ? $"{Words.Quote(name)} is not valid: URIs whose first component is 'wamp' are the protocol's own"
        : IsValid(Encoding.UTF8.GetBytes(name), MatchPolicy.Exact, check == UriCheck.Strict) ? null
        : Describe(name, MatchPolicy.Wildcard, check) + ", and no empty component";

    /// <summary>What is wrong with a URI or pattern, or null.</summary>
    public static string? FindProblem(string uri, MatchPolicy match, UriCheck check)
    {
        if (uri.Length == 0)
        {
            return match == MatchPolicy.Prefix ? null : "must not be empty; only \"match\": \"prefix\" takes an empty URI, which stands for all";
        }

        if (FindControl(uri) is { } control)
        {
            return control;
        }

        if (WriteInstead(uri) is { } instead)
        {
            return $"{Words.Quote(uri)} is no pattern here; write {instead}";
        }

        var utf8 = Encoding.UTF8.GetBytes(uri);
        return IsValid(utf8, match, check == UriCheck.Strict) ? null
            : WithOtherMatch(uri, utf8, match, check) ?? Describe(uri, match, check);
    }

    /// <summary>What is wrong with a topic, or a pattern of topics, whose events are kept; or null.</summary>
    public static string? FindProblemOfTopic(string uri, MatchPolicy match, UriCheck check) =>
        FindProblem(uri, match, check) is { } problem ? problem
        : match == MatchPolicy.Exact && WampUri.IsReserved(Encoding.UTF8.GetBytes(uri)) && !MetaTopics.Uris.Contains(uri)
            ? $"nothing is ever published to {Words.Quote(uri)}: of topics below 'wamp.' there are only the router's own" + (Words.Nearest(uri, MetaTopics.Uris) is { } nearest ? $"; did you mean {Words.Quote(nearest)}?" : "")
        : null;

    /// <summary>The specification lets a loose URI hold control characters that are no white space; in a file they are a mistake of whoever wrote it, and most cannot be seen.</summary>
    private static string? FindControl(string uri) => uri.Any(char.IsControl) ? $"{Words.Quote(uri)} holds a control character" : null;

    /// <summary>
    /// For a URI with somebody else's wildcards, what says the same here. A <c>*</c> may stand in a loose URI, but nobody who writes one means the character: such a rule
    /// would deny everything without a word.
    /// </summary>
    private static string? WriteInstead(string uri)
    {
        var components = uri.Split('.');
        var isTail = ForeignWildcards.Contains(components[^1]);
        if (components[..^1].Any(component => component.Length == 0 ? isTail : ForeignWildcards.Contains(component)))
        {
            return $"\"uri\": \"{string.Join('.', components.Select(component => ForeignWildcards.Contains(component) ? "" : component))}\", \"match\": \"wildcard\", where an empty component stands for any one";
        }

        if (isTail && components.Length == 1)
        {
            return "\"uri\": \"\", \"match\": \"prefix\", which stands for all";
        }

        if (isTail || (uri.EndsWith('*') && uri.IndexOf('*', StringComparison.Ordinal) == uri.Length - 1))
        {
            var prefix = isTail ? uri[..^components[^1].Length] : uri[..^1];
            return $"\"uri\": \"{prefix}\", \"match\": \"prefix\"";
        }

        return uri.Contains('*', StringComparison.Ordinal) ? "what the URIs begin with and \"match\": \"prefix\", or leave components empty with \"match\": \"wildcard\"" : null;
    }

    /// <summary>For a URI that would be right with another <c>match</c>.</summary>
    private static string? WithOtherMatch(string uri, byte[] utf8, MatchPolicy match, UriCheck check)
    {
        var strict = check == UriCheck.Strict;
        return match == MatchPolicy.Exact && IsValid(utf8, MatchPolicy.Prefix, strict) ? $"{Words.Quote(uri)} ends with a dot, so it is the beginning of URIs: add \"match\": \"prefix\""
            : match != MatchPolicy.Wildcard && IsValid(utf8, MatchPolicy.Wildcard, strict) ? $"{Words.Quote(uri)} has an empty component, which stands for any one only with \"match\": \"wildcard\""
            : null;
    }

    private static string Describe(string uri, MatchPolicy match, UriCheck check)
    {
        if (Encoding.UTF8.GetByteCount(uri) > WireLimits.MaxUriBytes)
        {
            return $"{Words.Quote(uri)} is too long: {WireLimits.MaxUriBytes} bytes is the most";
        }

        var allowed = check == UriCheck.Strict
            ? "with \"uriCheck\": \"strict\" a URI is made of lower-case letters, digits and '_', separated by dots"
            : "a URI has no spaces and no '#'";
        var components = match == MatchPolicy.Wildcard ? "" : ", and only a wildcard pattern has an empty component";
        return $"{Words.Quote(uri)} is not valid: {allowed}{components}";
    }

    private static bool IsValid(ReadOnlySpan<byte> uri, MatchPolicy match, bool strict) => match == MatchPolicy.Exact
        ? WampUri.IsValid(uri, strict)
        : WampUri.IsValidPattern(uri, strict, allowEmptyComponents: match == MatchPolicy.Wildcard);
}
