using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WampRouter.Server.Configuration;

/// <summary>A <see cref="ListenerOptions.Url"/> understood.</summary>
/// <param name="Scheme">What of it begins with what: <see cref="Schemes"/>.</param>
/// <param name="Ip">The address; null for <c>localhost</c>, which is two of them, and for a Unix domain socket. <c>*</c> is <see cref="IPAddress.IPv6Any"/>, which takes IPv4 as well.</param>
/// <param name="Port">0: any free one, which <c>localhost</c> cannot have.</param>
/// <param name="SocketPath">The full path of a Unix domain socket; null for all others.</param>
internal sealed record ListenerAddress(string Scheme, IPAddress? Ip, int Port, string? SocketPath = null)
{
    /// <summary>What a URL begins with: without and with TLS, for everything that a listener can serve, and for RawSocket alone. And <c>unix:</c>.</summary>
    public static readonly string[] Schemes = ["http", "https", "tcp", "tcps"];

    private const string UnixPrefix = "unix:";

    /// <summary>What the system takes, of the 108 bytes of <c>sockaddr_un</c> one is the end.</summary>
    private const int LongestSocketPath = 107;

    /// <summary>Whether it has TLS.</summary>
    public bool IsSecure => Scheme is "https" or "tcps";

    /// <summary>Whether RawSocket is all that can be served there.</summary>
    public bool IsForRawSocketOnly => Scheme is "tcp" or "tcps";

    /// <summary>Whether it is on this machine only.</summary>
    public bool IsLocal => SocketPath is not null || Ip is null || IPAddress.IsLoopback(Ip);

    /// <summary>Whether the two would listen at the same port of the same address.</summary>
    public bool Overlaps(ListenerAddress other) => SocketPath is null
        ? Port != 0 && Port == other.Port && Addresses.Any(mine => other.Addresses.Any(others => Covers(mine, others) || Covers(others, mine)))
        : SocketPath == other.SocketPath;

    /// <summary>Whether the two are one place, however it is served.</summary>
    public bool IsAt(ListenerAddress other) => SocketPath == other.SocketPath && Port == other.Port && (Ip?.Equals(other.Ip) ?? other.Ip is null);

    private IEnumerable<IPAddress> Addresses => SocketPath is not null ? [] : Ip is null ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [Ip];

    /// <summary>What sockets listen at. Every address is IPv4 alone on a machine that knows no other.</summary>
    public IEnumerable<EndPoint> EndPoints => SocketPath is not null
        ? [new UnixDomainSocketEndPoint(SocketPath)]
        : Addresses.Select(address => new IPEndPoint(address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address, Port));

    /// <summary>Whether one address takes what would come to the other, so that no two sockets can listen at the same port of both.</summary>
    public static bool Overlap(EndPoint one, EndPoint other) => one is IPEndPoint mine && other is IPEndPoint others
        ? mine.Port == others.Port && mine.Port != 0 && (Covers(mine.Address, others.Address) || Covers(others.Address, mine.Address))
        : one.Equals(other);

    /// <summary>Reads a URL; on failure <paramref name="problem"/> says what would be right.</summary>
    public static bool TryParse(string url, [NotNullWhen(true)] out ListenerAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (url.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return TryParseSocket(url[UnixPrefix.Length..], out address, out problem);
        }

        // '*' is no host of a URI; '[::]' stands in for it, which is what it means.
        var spelled = $"{url.TrimEnd('/')}/".Replace("://*:", "://[::]:", StringComparison.Ordinal).Replace("://*/", "://[::]/", StringComparison.Ordinal);
        if (!Uri.TryCreate(spelled, UriKind.Absolute, out var uri)
            || !Schemes.Contains(uri.Scheme))
        {
            problem = WhatIsNoUrl(url);
        }
        else if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            problem = "must end after the port; where WebSocket clients connect is said by 'Path'";
        }
        else if (uri.Port < 0)
        {
            problem = $"must name a port, such as '{url.TrimEnd('/')}:8081'";
        }
        else if (IPAddress.TryParse(uri.DnsSafeHost, out var ip))
        {
            problem = null;
            address = new ListenerAddress(uri.Scheme, ip, uri.Port);
        }
        else if (uri.Host == "localhost")
        {
            problem = uri.Port == 0 ? "must name a port, as 'localhost' is two addresses; 'http://127.0.0.1:0' takes any free one" : null;
            address = problem is null ? new ListenerAddress(uri.Scheme, null, uri.Port) : null;
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

    private static bool TryParseSocket(string path, [NotNullWhen(true)] out ListenerAddress? address, [NotNullWhen(false)] out string? problem)
    {
        path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;      // unix:///run/x is the URI, and unix:/run/x what people write
        problem = !Path.IsPathFullyQualified(path) || path.EndsWith('/') ? "must hold the full path of a socket, such as 'unix:/run/wamprouter.sock'"
            : Encoding.UTF8.GetByteCount(path) > LongestSocketPath ? $"has a path that is too long for a socket: {LongestSocketPath} bytes are the most"
            : path.Contains('\0', StringComparison.Ordinal) ? "holds a character that no path has"
            : null;
        address = problem is null ? new ListenerAddress("unix", null, 0, path) : null;
        return address is not null;
    }

    private static string WhatIsNoUrl(string url)
    {
        if (url.StartsWith("ws:", StringComparison.Ordinal) || url.StartsWith("wss:", StringComparison.Ordinal))
        {
            return "begins with 'http' here: 'http://…' for clients that use 'ws://…', 'https://…' for 'wss://…'";
        }

        if (url.StartsWith("rs:", StringComparison.Ordinal) || url.StartsWith("rss:", StringComparison.Ordinal) || url.StartsWith("tls:", StringComparison.Ordinal))
        {
            return "begins with 'tcp' here for RawSocket, with 'tcps' where it has TLS";
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
