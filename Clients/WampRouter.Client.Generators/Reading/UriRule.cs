namespace WampRouter.Client.Generators;

/// <summary>The loose rules for URIs, as the client checks them when it runs, and patterns by how they are matched.</summary>
internal static class UriRule
{
    /// <summary>What is wrong with a URI, in words; <see langword="null"/>: nothing.</summary>
    public static string? Explain(string uri, WampMatch match)
    {
        if (uri.Length == 0)
        {
            return "it is empty";
        }

        if (uri.Any(static c => char.IsWhiteSpace(c) || c == '#'))
        {
            return "it has a space or '#' in it";
        }

        if (HasHalfPair(uri))
        {
            return "it holds half of a surrogate pair, which is no character";
        }

        if (uri.Contains('*'))
        {
            return "'*' is no wildcard in WAMP; leave the component empty with Match = WampMatch.Wildcard";
        }

        var components = uri.Split('.');
        var last = match == WampMatch.Prefix ? components.Length - 1 : components.Length;
        return match != WampMatch.Wildcard && components.Take(last).Any(static component => component.Length == 0)
            ? "it has an empty component, as only patterns with Match = WampMatch.Wildcard have"
            : null;
    }

    private static bool HasHalfPair(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (at + 1 < text.Length && char.IsSurrogatePair(text, at))
            {
                at++;
            }
            else if (char.IsSurrogate(text[at]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The values of the client's enum of that name.</summary>
internal enum WampMatch
{
    Exact,
    Prefix,
    Wildcard,
}
