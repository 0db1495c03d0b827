using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Transports.Admission;

/// <summary>
/// The origin of a web page (RFC 6454), such as <c>https://app.example.com</c>: what a browser sends, and what a setting allows. A default port is the same as none,
/// capitals are the same as small letters.
/// </summary>
/// <param name="Scheme">In small letters.</param>
/// <param name="Host">In small letters, as ASCII; empty for <c>file</c>, and with <c>*.</c> in front in a setting that means every host below.</param>
/// <param name="Port">-1 where there is none and the scheme has no default.</param>
internal sealed record WebOrigin(string Scheme, string Host, int Port)
{
    private const string Wildcard = "*.";
    private const string StandIn = "wildcard-stands-here.";     // what '*.' becomes where only a host name can be read

    /// <summary>Whether this stands for every host below one.</summary>
    public bool IsPattern => Host.StartsWith(Wildcard, StringComparison.Ordinal);

    /// <summary>Whether the page is on a loopback address or name.</summary>
    public bool IsLoopback => Sessions.Connections.LoopbackHost.Is(Host);

    /// <summary>Reads an origin, or the pattern of a setting.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WebOrigin? origin)
    {
        origin = null;
        var schemeEnd = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (schemeEnd <= 0 || text!.Any(char.IsWhiteSpace) || !Uri.CheckSchemeName(text![..schemeEnd]))
        {
            return false;
        }

        var scheme = text[..schemeEnd].ToLowerInvariant();
        var authority = text[(schemeEnd + 3)..];
        if (authority.Length == 0)
        {
            origin = scheme == "file" ? new WebOrigin(scheme, string.Empty, -1) : null;
            return origin is not null;
        }

        if (scheme is not ("http" or "https"))
        {
            // Extensions, Electron and Tauri have schemes of their own, whose hosts are names that need not be hosts.
            origin = authority.IndexOfAny('/', '?', '#') < 0 && !authority.Contains('@') ? new WebOrigin(scheme, authority.ToLowerInvariant(), -1) : null;
            return origin is not null;
        }

        var isPattern = authority.StartsWith(Wildcard, StringComparison.Ordinal);
        if (!Uri.TryCreate($"{scheme}://{(isPattern ? StandIn + authority[Wildcard.Length..] : authority)}", UriKind.Absolute, out var uri)
            || uri.PathAndQuery != "/" || authority.IndexOfAny('/', '?', '#') >= 0 || uri.UserInfo.Length > 0 || uri.IdnHost.Contains('*'))
        {
            return false;
        }

        var host = uri.IdnHost.TrimEnd('.');
        origin = new WebOrigin(scheme, isPattern ? string.Concat(Wildcard, host.AsSpan(StandIn.Length)) : host, uri.Port);
        return true;
    }

    /// <summary>Whether a page of <paramref name="page"/> is what this stands for.</summary>
    public bool Matches(WebOrigin page) =>
        Scheme == page.Scheme && Port == page.Port
        && (IsPattern ? page.Host.Length > Host.Length - 1 && page.Host.EndsWith(Host[1..], StringComparison.Ordinal) : Host == page.Host);

    /// <summary>What is wrong with an entry of <see cref="TransportOptions.AllowedOrigins"/> and what to write instead; null where it is right.</summary>
    public static string? FindMistake(string entry)
    {
        if (entry is "*" or "null")
        {
            return null;
        }

        if (TryParse(entry, out var origin))
        {
            return origin.Scheme is "ws" or "wss" ? $"is where a client connects to; the page comes from '{(origin.Scheme == "ws" ? "http" : "https")}://…'"
                : origin.IsPattern && !origin.Host[Wildcard.Length..].Contains('.') ? "would allow every page of a top-level domain; name a domain, as in 'https://*.example.com'"
                : null;
        }

        var schemeEnd = entry.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0)
        {
            return TryParse($"https://{entry}", out _) ? $"has no scheme: write 'https://{entry}', or 'http://{entry}'" : "is no origin: write scheme://host or scheme://host:port";
        }

        var pathStart = entry.IndexOfAny(['/', '?', '#'], schemeEnd + 3);
        return pathStart > 0 && TryParse(entry[..pathStart], out _) ? $"must end after host and port: write '{entry[..pathStart]}'"
            : entry.IndexOf('*', schemeEnd) > 0 ? "has '*' in a place where it means nothing: write 'https://*.example.com' for all hosts below one, or '*' for all pages"
            : "is no origin: write scheme://host or scheme://host:port";
    }

    /// <summary>As a setting would have it.</summary>
    public override string ToString() => Port < 0 || Port == (Scheme == "https" ? 443 : 80) ? $"{Scheme}://{Host}" : $"{Scheme}://{Host}:{Port}";
}
