using System.Text;
using WampRouter.Configuration.Documents;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Configuration;

/// <summary>
/// Which URIs a realm file may name (<c>rfc/text/basic/building_blocks.md</c> "URIs"). <c>wamp.</c> is allowed: rules decide who may use
/// the router's own procedures.
/// </summary>
internal static class UriRules
{
    /// <summary>What is wrong with a URI or pattern, or null.</summary>
    public static string? FindProblem(string uri, MatchPolicy match, UriCheck check)
    {
        if (uri.Length == 0)
        {
            return match == MatchPolicy.Prefix ? null : "must not be empty; only \"match\": \"prefix\" takes an empty URI, which stands for all";
        }

        var utf8 = Encoding.UTF8.GetBytes(uri);
        if (IsValid(utf8, match, check == UriCheck.Strict))
        {
            return null;
        }

        if (utf8.Length > WireLimits.MaxUriBytes)
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
