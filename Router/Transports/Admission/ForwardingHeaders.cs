namespace WampRouter.Transports.Admission;

/// <summary>
/// Which headers only a proxy adds. A browser lets no page set headers of a WebSocket request, so whoever sends one of these has been passed on, or wants to be
/// taken for it; either way it is not known where he is.
/// </summary>
internal static class ForwardingHeaders
{
    /// <summary>Names are ASCII and shorter than this; longer ones are none of these.</summary>
    public const int LongestName = 64;

    /// <summary>Whole names that the rules do not cover.</summary>
    private static readonly string[] Names = ["Via", "CDN-Loop", "Front-End-Https", "X-Scheme", "X-Cloud-Trace-Context"];

    /// <summary>Families of names, of proxies that mark all they pass on.</summary>
    private static readonly string[] Beginnings =
        ["X-Real-", "X-Original-", "CF-", "X-Envoy-", "X-Amzn-", "X-Amz-Cf-", "X-Azure-", "X-ARR-", "X-AppEngine-", "Fastly-", "Fly-", "Akamai-", "True-Client-", "Tailscale-"];

    /// <summary>Whether a header is one of them: it is in one of the families, it speaks of forwarding or a proxy, or it names an address as <c>X-Client-IP</c> does.</summary>
    public static bool Contains(ReadOnlySpan<char> name)
    {
        if (name.Contains("forward", StringComparison.OrdinalIgnoreCase)
            || name.Contains("proxy", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("-ip", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("clientip", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("remote-addr", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var beginning in Beginnings)
        {
            if (name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var known in Names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
