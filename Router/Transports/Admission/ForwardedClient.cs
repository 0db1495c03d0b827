using System.Net;

namespace WampRouter.Transports.Admission;

/// <summary>
/// Where the client of a trusted proxy is. Each proxy writes to the end of a list from whom it has the request. So the list is read from its end, past the trusted proxies: the first entry that is none of them is
/// the client, and what stands before it may have come from the client.
/// </summary>
internal static class ForwardedClient
{
    /// <summary>Reads the address; null where there is none, or a proxy hides it. Where all entries are trusted proxies it is the first.</summary>
    /// <param name="forwardedFor"><c>X-Forwarded-For</c>, repeated ones joined. Where it is there, it counts: a proxy writes one of both.</param>
    /// <param name="forwarded"><c>Forwarded</c> (RFC 7239), likewise.</param>
    /// <param name="trusted">Whose entries are passed.</param>
    public static IPAddress? Find(string? forwardedFor, string? forwarded, TrustedProxies trusted)
    {
        var rest = (forwardedFor ?? forwarded).AsSpan();
        IPAddress? client = null;
        while (!rest.IsEmpty)
        {
            var entry = TakeLast(ref rest);
            var address = forwardedFor is not null ? Parse(entry) : Parse(ValueOf(entry, "for"));
            if (address is null || !trusted.Contains(address))
            {
                return address;
            }

            client = address;
        }

        return client;
    }

    /// <summary>Whether the client has encrypted its connection, as the nearest proxy says; null where it says nothing.</summary>
    /// <param name="forwardedProto"><c>X-Forwarded-Proto</c>, repeated ones joined. Where it is there, it counts.</param>
    /// <param name="forwarded"><c>Forwarded</c> (RFC 7239), likewise.</param>
    public static bool? FindSecurity(string? forwardedProto, string? forwarded)
    {
        var rest = (forwardedProto ?? forwarded).AsSpan();
        var entry = TakeLast(ref rest);
        var scheme = forwardedProto is not null ? entry : ValueOf(entry, "proto");
        return Is(scheme, "https") || Is(scheme, "wss") ? true : Is(scheme, "http") || Is(scheme, "ws") ? false : null;
    }

    /// <summary>The last entry of a list, which becomes shorter by it. A client may have quoted a comma, a proxy that is believed has not: its entry is whole.</summary>
    private static ReadOnlySpan<char> TakeLast(ref ReadOnlySpan<char> list)
    {
        var comma = list.LastIndexOf(',');
        var last = list[(comma + 1)..].Trim();
        list = comma < 0 ? [] : list[..comma];
        return last;
    }

    /// <summary>The value of a parameter of an entry of <c>Forwarded</c>; empty where it is not there.</summary>
    private static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> entry, string name)
    {
        foreach (var range in entry.Split(';'))
        {
            var pair = entry[range].Trim();
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair[(name.Length + 1)..].Trim('"');
            }
        }

        return [];
    }

    /// <summary>An address, with a port or without: <c>192.0.2.7</c>, <c>192.0.2.7:4711</c>, <c>2001:db8::7</c>, <c>[2001:db8::7]:4711</c>.</summary>
    private static IPAddress? Parse(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out var address) ? address : IPEndPoint.TryParse(text, out var endPoint) ? endPoint.Address : null;

    private static bool Is(ReadOnlySpan<char> value, string scheme) => value.Equals(scheme, StringComparison.OrdinalIgnoreCase);
}
