using System.Net;

namespace WampRouter.Sessions.Connections;

/// <summary>The names and addresses by which a machine reaches itself and nobody else.</summary>
internal static class LoopbackHost
{
    /// <summary>Whether a <c>Host</c> header, or the host of a URL, is one of them, with or without a port: <c>localhost</c>, a name below it, 127.0.0.0/8, <c>[::1]</c>.</summary>
    public static bool Is(ReadOnlySpan<char> authority)
    {
        var host = WithoutPort(authority).TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>The host of an authority, without the port.</summary>
    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> authority)
    {
        if (authority.StartsWith('['))
        {
            var end = authority.IndexOf(']');
            return end < 0 ? authority : authority[1..end];
        }

        // A bare IPv6 address has colons and no port.
        var colon = authority.IndexOf(':');
        return colon < 0 || colon != authority.LastIndexOf(':') ? authority : authority[..colon];
    }
}
