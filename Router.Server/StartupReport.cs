using System.Net;
using WampRouter.Configuration;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Server;

/// <summary>What there is to say of a router that is ready: what it serves, from which files, and how to try it.</summary>
/// <param name="configuration">What was read.</param>
/// <param name="urls">Where Kestrel really listens: a port 0 of the configuration has become a real one.</param>
internal sealed class StartupReport(RouterConfiguration configuration, ICollection<string> urls)
{
    private const int LabelWidth = 36;

    private readonly StandAloneOptions _options = StandAloneSettings.Of(configuration);

    /// <summary>Where clients connect: by WebSocket where that is served, because the address for RawSocket is the same.</summary>
    public IEnumerable<string> Addresses =>
        from pair in urls.Zip(_options.Listeners)
        where pair.Second.ServesWamp
        select IsUnix(pair.First) ? pair.First
            : pair.Second.Serve(ListenerServices.WebSocket) ? WebSocketAddress(pair.First, pair.Second)
            : pair.Second.Serve(ListenerServices.RawSocket) ? RawSocketAddress(pair.First)
            : pair.Second.Serve(ListenerServices.LongPoll) ? BelowOf(pair.First, pair.Second.LongPollPath)
            : BelowOf(pair.First, pair.Second.HttpPath);

    /// <summary>Where metrics and health are read; empty: nowhere.</summary>
    public IEnumerable<string> Monitored =>
        from pair in urls.Zip(_options.Listeners)
        from path in ListenerServiceNames.PathsOf(pair.Second.Services)
        select pair.First.TrimEnd('/') + path;

    /// <summary>The realms with somebody who may come from this machine only, where that is judged by an address that a proxy's clients may have as well; empty if there is none.</summary>
    public string UnguardedRealms =>
        _options.Listeners.Any(listener => listener.ServesWamp && listener.Proxy is null && ListenerAddress.TryParse(listener.Url, out var address, out _) && IsReachedByLoopback(address))
            ? string.Join(", ", configuration.Realms.Where(realm => IsLoopbackUsed(realm.Sessions.Authentication)).Select(realm => realm.Realm.Name))
            : string.Empty;

    /// <summary>Writes lines for people.</summary>
    /// <param name="writer">Standard output.</param>
    /// <param name="settingsFile">What the settings were read from.</param>
    public void Write(TextWriter writer, string settingsFile)
    {
        writer.WriteLine($"WampRouter {RouterCommands.Version} is ready.");
        foreach (var (url, listener) in urls.Zip(_options.Listeners))
        {
            foreach (var (address, what) in Describe(url.TrimEnd('/'), listener))
            {
                Line(address, what);
            }
        }

        foreach (var realm in configuration.Realms)
        {
            Line($"realm {realm.Realm.Name}", Describe(realm.Sessions.Authentication));
        }

        Line("realms are configured in", configuration.RealmsDirectory);
        Line("listeners and limits in", settingsFile);
        Line("to stop", "Ctrl+C");

        void Line(string label, string text) => writer.WriteLine($"  {label.PadRight(LabelWidth)}  {text}");
    }

    private static bool IsUnix(string url) => url.StartsWith("unix:", StringComparison.OrdinalIgnoreCase);

    /// <summary>As Autobahn and others write it for a Unix domain socket, there is no URL that all know.</summary>
    private static string WebSocketAddress(string url, ListenerOptions listener) => IsUnix(url) ? $"{url}, path {listener.Path}" : string.Concat("ws", url.AsSpan("http".Length).TrimEnd('/'), listener.Path);

    /// <summary>As the .NET client takes it.</summary>
    private static string RawSocketAddress(string url) => url.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? string.Concat("tcps", url.AsSpan("https".Length).TrimEnd('/'))
        : url.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? string.Concat("tcp", url.AsSpan("http".Length).TrimEnd('/'))
        : url.TrimEnd('/');

    private static string BelowOf(string url, string path) => url.TrimEnd('/') + path.TrimEnd('/');

    private IEnumerable<(string Address, string What)> Describe(string url, ListenerOptions listener)
    {
        if (listener.Serve(ListenerServices.WebSocket))
        {
            yield return (WebSocketAddress(url, listener), "WAMP over WebSocket: wamp.2.json, wamp.2.msgpack, wamp.2.cbor, each also .batched");
        }

        if (listener.Serve(ListenerServices.RawSocket))
        {
            yield return (RawSocketAddress(url), "WAMP over RawSocket: JSON, MessagePack, CBOR");
        }

        if (listener.Serve(ListenerServices.LongPoll) && !IsUnix(url))
        {
            yield return (BelowOf(url, listener.LongPollPath), "WAMP over HTTP long-poll, for clients whom no WebSocket reaches");
        }

        if (listener.Serve(ListenerServices.Http) && !IsUnix(url))
        {
            yield return (BelowOf(url, listener.HttpPath), "publish, call and get events by plain HTTP; openapi.json below it describes it");
        }

        if (listener.ServesPages && ListenerEndpoints.HasPage(_options) && !IsUnix(url))
        {
            yield return ($"{url}/", "open it in a browser to try the router");
        }

        if (listener.Services.HasFlag(ListenerServices.Metrics))
        {
            yield return ($"{url}{ListenerServiceNames.MetricsPath}", "metrics for Prometheus");
        }

        if (listener.Services.HasFlag(ListenerServices.Health))
        {
            yield return ($"{url}{ListenerServiceNames.ReadyPath}", "whether the router can be used");
            yield return ($"{url}{ListenerServiceNames.LivePath}", "whether the process answers");
        }
    }

    private static bool IsReachedByLoopback(ListenerAddress address) =>
        address.IsLocal || address.Ip!.Equals(IPAddress.Any) || address.Ip.Equals(IPAddress.IPv6Any);

    private static bool IsLoopbackUsed(AuthenticationSettings authentication) => authentication.Methods.Any(method => method.IsPartlyLoopbackOnly);

    private static string Describe(AuthenticationSettings authentication) =>
        authentication.Methods.Count > 0 ? string.Join("; ", authentication.Methods.Select(method => method.Describe())) : "nobody can join: no authentication method is configured";
}
