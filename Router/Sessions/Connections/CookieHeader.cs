namespace WampRouter.Sessions.Connections;

/// <summary>Reads the Cookie header of an upgrade request (RFC 6265 section 4.2). Its size is bounded by that of the request's head.</summary>
internal static class CookieHeader
{
    /// <summary>The cookies by name, values as they were sent. Of the same name the first counts: it has the longest path. What is no cookie is passed over.</summary>
    /// <param name="header">Its value; several headers are joined by semicolons; null where there is none.</param>
    public static IReadOnlyDictionary<string, string> Parse(string? header)
    {
        var cookies = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                cookies.TryAdd(part[..equals].TrimEnd(), Unquote(part[(equals + 1)..].TrimStart()));
            }
        }

        return cookies;
    }

    private static string Unquote(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
