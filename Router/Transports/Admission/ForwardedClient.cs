using System.Net;

namespace WampRouter.Transports.Admission;

/// <summary>Where the client of a trusted proxy is: the last that the headers say, because what stands before it may have come from the client.</summary>
internal static class ForwardedClient
{
    /// <summary>Reads the address; null where there is none, or the proxy hides it.</summary>
    /// <param name="forwardedFor"><c>X-Forwarded-For</c>, repeated ones joined. Where it is there, it counts: a proxy writes one of both.</param>
    /// <param name="forwarded"><c>Forwarded</c> (RFC 7239), likewise.</param>
    public static IPAddress? Find(string? forwardedFor, string? forwarded) =>
        forwardedFor is not null ? Parse(Last(forwardedFor, ',')) : forwarded is not null ? FindFor(Last(forwarded, ',')) : null;

    private static IPAddress? FindFor(ReadOnlySpan<char> element)
    {
        foreach (var range in element.Split(';'))
        {
            var pair = element[range].Trim();
            if (pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase))
            {
                return Parse(pair[4..].Trim('"'));
            }
        }

        return null;
    }

    /// <summary>An address, with a port or without: <c>192.0.2.7</c>, <c>192.0.2.7:4711</c>, <c>2001:db8::7</c>, <c>[2001:db8::7]:4711</c>.</summary>
    private static IPAddress? Parse(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out var address) ? address : IPEndPoint.TryParse(text, out var endPoint) ? endPoint.Address : null;

    private static ReadOnlySpan<char> Last(ReadOnlySpan<char> list, char separator) => list[(list.LastIndexOf(separator) + 1)..].Trim();
}
