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
/// <param name="check">The rule of the realm.</param>
/// <param name="isCode">Whether code names them, which says what would be right in other words than a file.</param>
internal sealed class UriRules(UriCheck check, bool isCode)
{
    /// <summary>What other brokers write for "any component" and "all below".</summary>
    private static readonly HashSet<string> ForeignWildcards = new(StringComparer.Ordinal) { "*", "**", "#", "+", ">" };

    /// <summary>What is wrong with the name of a realm, or null.</summary>
    public string? FindProblemOfName(string name) =>
        name.Length == 0 ? "must not be empty"
        : FindControl(name) is { } control ? control
        : WampUri.IsReserved(Encoding.UTF8.GetBytes(name)) ? $"{Words.Quote(name)} is not valid: URIs whose first component is 'wamp' are the protocol's own"
        : IsValid(Encoding.UTF8.GetBytes(name), MatchPolicy.Exact, check == UriCheck.Strict) ? null
        : Describe(name, MatchPolicy.Wildcard) + ", and no empty component";

    /// <summary>What is wrong with a URI or pattern, or null.</summary>
    public string? FindProblem(string uri, MatchPolicy match)
    {
        if (uri.Length == 0)
        {
            return match == MatchPolicy.Prefix ? null : $"must not be empty; only {Matching(MatchPolicy.Prefix)} takes an empty URI, which stands for all";
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
            : WithOtherMatch(uri, utf8, match) ?? Describe(uri, match);
    }

    /// <summary>What is wrong with a topic, or a pattern of topics, whose events are kept; or null.</summary>
    public string? FindProblemOfTopic(string uri, MatchPolicy match) =>
        FindProblem(uri, match) is { } problem ? problem
        : match == MatchPolicy.Exact && WampUri.IsReserved(Encoding.UTF8.GetBytes(uri)) && !MetaTopics.Uris.Contains(uri)
            ? $"nothing is ever published to {Words.Quote(uri)}: of topics below 'wamp.' there are only the router's own" + (Words.Nearest(uri, MetaTopics.Uris) is { } nearest ? $"; did you mean {Words.Quote(nearest)}?" : "")
        : null;

    /// <summary>The specification lets a loose URI hold control characters that are no white space; in a file they are a mistake of whoever wrote it, and most cannot be seen.</summary>
    private static string? FindControl(string uri) => uri.Any(char.IsControl) ? $"{Words.Quote(uri)} holds a control character" : null;

    /// <summary>
    /// For a URI with somebody else's wildcards, what says the same here. A <c>*</c> may stand in a loose URI, but nobody who writes one means the character: such a rule
    /// would deny everything without a word.
    /// </summary>
    private string? WriteInstead(string uri)
    {
        var components = uri.Split('.');
        var isTail = ForeignWildcards.Contains(components[^1]);
        if (components[..^1].Any(component => component.Length == 0 ? isTail : ForeignWildcards.Contains(component)))
        {
            return $"{Pattern(string.Join('.', components.Select(component => ForeignWildcards.Contains(component) ? "" : component)), MatchPolicy.Wildcard)}, where an empty component stands for any one";
        }

        if (isTail && components.Length == 1)
        {
            return $"{Pattern("", MatchPolicy.Prefix)}, which stands for all";
        }

        if (isTail || (uri.EndsWith('*') && uri.IndexOf('*', StringComparison.Ordinal) == uri.Length - 1))
        {
            var prefix = isTail ? uri[..^components[^1].Length] : uri[..^1];
            return Pattern(prefix, MatchPolicy.Prefix);
        }

        return uri.Contains('*', StringComparison.Ordinal) ? $"what the URIs begin with and {Matching(MatchPolicy.Prefix)}, or leave components empty with {Matching(MatchPolicy.Wildcard)}" : null;
    }

    /// <summary>For a URI that would be right with another <c>match</c>.</summary>
    private string? WithOtherMatch(string uri, byte[] utf8, MatchPolicy match)
    {
        var strict = check == UriCheck.Strict;
        return match == MatchPolicy.Exact && IsValid(utf8, MatchPolicy.Prefix, strict) ? $"{Words.Quote(uri)} ends with a dot, so it is the beginning of URIs: add {Matching(MatchPolicy.Prefix)}"
            : match != MatchPolicy.Wildcard && IsValid(utf8, MatchPolicy.Wildcard, strict) ? $"{Words.Quote(uri)} has an empty component, which stands for any one only with {Matching(MatchPolicy.Wildcard)}"
            : null;
    }

    private string Describe(string uri, MatchPolicy match)
    {
        if (Encoding.UTF8.GetByteCount(uri) > WireLimits.MaxUriBytes)
        {
            return $"{Words.Quote(uri)} is too long: {WireLimits.MaxUriBytes} bytes is the most";
        }

        var allowed = check == UriCheck.Strict
            ? $"with {(isCode ? "WampUriCheck.Strict" : "\"uriCheck\": \"strict\"")} a URI is made of lower-case letters, digits and '_', separated by dots"
            : "a URI has no spaces and no '#'";
        var components = match == MatchPolicy.Wildcard ? "" : ", and only a wildcard pattern has an empty component";
        return $"{Words.Quote(uri)} is not valid: {allowed}{components}";
    }

    private string Matching(MatchPolicy match) => isCode ? $"WampUriMatch.{match}" : $"\"match\": \"{Choices<MatchPolicy>.WordOf(match)}\"";

    private string Pattern(string uri, MatchPolicy match) => isCode ? $"{CodeWords.Quote(uri)}, {Matching(match)}" : $"\"uri\": \"{uri}\", {Matching(match)}";

    private static bool IsValid(ReadOnlySpan<byte> uri, MatchPolicy match, bool strict) => match == MatchPolicy.Exact
        ? WampUri.IsValid(uri, strict)
        : WampUri.IsValidPattern(uri, strict, allowEmptyComponents: match == MatchPolicy.Wildcard);
}
