using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WampRouter.Server.Configuration;

/// <summary>A <see cref="ListenerOptions.Url"/> understood.</summary>
/// <param name="IsSecure">True for <c>https</c>.</param>
/// <param name="Ip">The address; null for <c>localhost</c>, which is two of them. <c>*</c> is <see cref="IPAddress.IPv6Any"/>, which takes IPv4 as well.</param>
/// <param name="Port">0: any free one, which <c>localhost</c> cannot have.</param>
internal sealed record ListenerAddress(bool IsSecure, IPAddress? Ip, int Port)
{
    /// <summary>Whether the two would listen at the same port of the same address.</summary>
    public bool Overlaps(ListenerAddress other) => Port != 0 && Port == other.Port && Addresses.Any(mine => other.Addresses.Any(others => Covers(mine, others) || Covers(others, mine)));

    private IEnumerable<IPAddress> Addresses => Ip is null ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [Ip];

    /// <summary>What sockets listen at. Every address is IPv4 alone on a machine that knows no other.</summary>
    public IEnumerable<IPEndPoint> EndPoints => Addresses.Select(address => new IPEndPoint(address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address, Port));

    /// <summary>Whether one address takes what would come to the other, so that no two sockets can listen at the same port of both.</summary>
    public static bool Overlap(IPEndPoint one, IPEndPoint other) => one.Port == other.Port && one.Port != 0 && (Covers(one.Address, other.Address) || Covers(other.Address, one.Address));

    /// <summary>Reads a URL; on failure <paramref name="problem"/> says what would be right.</summary>
    public static bool TryParse(string url, [NotNullWhen(true)] out ListenerAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;

        // '*' is no host of a URI; '[::]' stands in for it, which is what it means.
        var spelled = $"{url.TrimEnd('/')}/".Replace("://*:", "://[::]:", StringComparison.Ordinal).Replace("://*/", "://[::]/", StringComparison.Ordinal);
        if (!Uri.TryCreate(spelled, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https"))
        {
            problem = WhatIsNoUrl(url);
        }
        else if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            problem = "must end after the port; where WebSocket clients connect is said by 'Path'";
        }
        else if (IPAddress.TryParse(uri.DnsSafeHost, out var ip))
        {
            problem = null;
            address = new ListenerAddress(uri.Scheme == "https", ip, uri.Port);
        }
        else if (uri.Host == "localhost")
        {
            problem = uri.Port == 0 ? "must name a port, as 'localhost' is two addresses; 'http://127.0.0.1:0' takes any free one" : null;
            address = problem is null ? new ListenerAddress(uri.Scheme == "https", null, uri.Port) : null;
        }
        else
        {
            // Kestrel would listen at every address for any other name, which nobody who writes one expects.
            problem = "must have an IP address, 'localhost' or '*' as its host";
        }

        return address is not null;
    }

    /// <summary>The same URL with another port.</summary>
    public static string WithPort(string url, int port)
    {
        var end = url.TrimEnd('/');
        var colon = end.LastIndexOf(':');

        // Not the colon of the scheme, nor one within an IPv6 address.
        var hasPort = colon > end.LastIndexOf('/') && colon > end.LastIndexOf(']');
        return string.Create(CultureInfo.InvariantCulture, $"{(hasPort ? end[..colon] : end)}:{port}");
    }

    private static string WhatIsNoUrl(string url)
    {
        if (url.StartsWith("ws:", StringComparison.Ordinal) || url.StartsWith("wss:", StringComparison.Ordinal))
        {
            return "begins with 'http' here: 'http://…' for clients that use 'ws://…', 'https://…' for 'wss://…'";
        }

        if (!url.Contains("://", StringComparison.Ordinal) && url.Length > 0)
        {
            var spelled = $"http://{(url.All(char.IsAsciiDigit) ? $"127.0.0.1:{url}" : url)}";
            if (TryParse(spelled, out _, out _))
            {
                return $"lacks the scheme; write '{spelled}'";
            }
        }

        // A URL without its port that is one: then it is the port.
        var port = url.TrimEnd('/')[(url.TrimEnd('/').LastIndexOf(':') + 1)..];
        return port.Length > 4 && port.All(char.IsAsciiDigit) && !ushort.TryParse(port, out _) && TryParse(WithPort(url, 0).Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out _, out _)
            ? $"has a port that is too high: {IPEndPoint.MaxPort} is the highest"
            : "must be a URL such as 'http://127.0.0.1:8080'";
    }

    private static bool Covers(IPAddress one, IPAddress other) =>
        one.Equals(other) || one.Equals(IPAddress.IPv6Any) || (one.Equals(IPAddress.Any) && other.AddressFamily == AddressFamily.InterNetwork);
}
