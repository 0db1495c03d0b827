using System.Text.RegularExpressions;
using WampRouter.Configuration.Documents;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;

namespace WampRouter.Configuration;

/// <summary>Which URIs a realm file may name (<c>rfc/text/basic/building_blocks.md</c> "URIs"). <c>wamp.</c> is allowed: rules decide who may use the router's own procedures.</summary>
internal static partial class UriRules
{
    /// <summary>What is wrong with a URI or pattern, or null.</summary>
    public static string? FindProblem(string uri, MatchPolicy match, UriCheck check)
    {
        if (uri.Length == 0 && match != MatchPolicy.Prefix)
        {
            return "must not be empty; only \"match\": \"prefix\" takes an empty URI, which stands for all";
        }

        if (IsValid(uri, match, check))
        {
            return null;
        }

        var allowed = check == UriCheck.Strict
            ? "with \"uriCheck\": \"strict\" a URI is made of lower-case letters, digits and '_', separated by dots"
            : "a URI has no spaces and no '#'";
        var components = match == MatchPolicy.Wildcard ? "" : ", and only a wildcard pattern has an empty component";
        return $"{Words.Quote(uri)} is not valid: {allowed}{components}";
    }

    private static bool IsValid(string uri, MatchPolicy match, UriCheck check)
    {
        // A prefix is cut anywhere, after a dot as well.
        var text = match == MatchPolicy.Prefix && uri.EndsWith('.') ? uri[..^1] : uri;
        if (uri.Length == 0)
        {
            return true;
        }

        var component = check == UriCheck.Strict ? StrictComponent() : LooseComponent();
        return text.Split('.').All(part => (part.Length == 0 && match == MatchPolicy.Wildcard) || component.IsMatch(part));
    }

    [GeneratedRegex(@"^[^\s.#]+\z")]
    private static partial Regex LooseComponent();

    [GeneratedRegex(@"^[0-9a-z_]+\z")]
    private static partial Regex StrictComponent();
}
