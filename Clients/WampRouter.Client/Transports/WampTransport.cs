using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Client;

/// <summary>Finds the transport for an address.</summary>
public static class WampTransport
{
    private static readonly string[] Schemes = ["ws", "wss", "tcp", "tcps", "unix"];

    /// <summary>The transport that an address asks for, with its default settings: WebSocket for <c>ws://</c> and <c>wss://</c>, RawSocket for <c>tcp://</c>, <c>tcps://</c> and <c>unix:</c>.</summary>
    /// <param name="uri">The router's address, such as <c>wss://example.com/ws</c> or <c>tcp://example.com:8080</c>.</param>
    /// <returns>A transport that has not connected.</returns>
    /// <exception cref="ArgumentException">The address begins with something else, or lacks what it needs.</exception>
    public static IWampTransport For(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return FindMistake(uri, Schemes) is { } mistake ? throw new ArgumentException($"The address {mistake}.", nameof(uri))
            : uri.Scheme is "ws" or "wss" ? new WampWebSocketTransport(uri)
            : new WampRawSocketTransport(uri);
    }

    /// <summary>The same where the address may be none.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="transport">A transport that has not connected; null where the address is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryFor(Uri uri, [NotNullWhen(true)] out IWampTransport? transport)
    {
        ArgumentNullException.ThrowIfNull(uri);
        transport = FindMistake(uri, Schemes) is null ? For(uri) : null;
        return transport is not null;
    }

    /// <summary>What is wrong with an address, in words that follow its name; null where it is right.</summary>
    internal static string? FindMistake(Uri uri, params ReadOnlySpan<string> schemes) =>
        !uri.IsAbsoluteUri || !schemes.Contains(uri.Scheme) ? $"must begin with {Words(schemes)}, but is {uri}"
        : uri.Scheme == "unix" ? !uri.AbsolutePath.StartsWith('/') || uri.AbsolutePath.Length < 2 || uri.Host.Length > 0 ? $"must hold the full path of a socket, such as unix:/run/wamprouter.sock, but is {uri}" : null
        : uri.Host.Length == 0 ? $"must name a host, but is {uri}"
        : uri.Port <= 0 ? $"must name a port, such as {uri.Scheme}://{uri.Host}:8080, but is {uri}"
        : uri.Scheme is "tcp" or "tcps" && uri.PathAndQuery.Length > 1 ? $"must end after the port, because RawSocket has no paths, but is {uri}"
        : null;

    private static string Words(ReadOnlySpan<string> schemes)
    {
        var words = schemes.ToArray().Select(static scheme => scheme == "unix" ? "unix:" : $"{scheme}://").ToArray();
        return words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }
}
