using System.Net;
using WampRouter.Configuration;
using WampRouter.Sessions.Authentication;
using WampRouter.Transports.Admission;

namespace WampRouter;

/// <summary>What the router prints when it is ready: what it serves, from which files, and how to try it.</summary>
internal static class StartupReport
{
    private const int LabelWidth = 36;

    /// <summary>With fewer a router of some size runs out of them; the default of many shells and services is 1,024.</summary>
    private const int FewFiles = 4_096;

    /// <summary>Writes the lines.</summary>
    /// <param name="writer">Standard output.</param>
    /// <param name="configuration">What was read.</param>
    /// <param name="settingsFile">What the settings were read from.</param>
    /// <param name="urls">Where Kestrel really listens: a port 0 of the configuration has become a real one.</param>
    public static void Write(TextWriter writer, RouterConfiguration configuration, string settingsFile, ICollection<string> urls)
    {
        writer.WriteLine($"WampRouter {typeof(StartupReport).Assembly.GetName().Version?.ToString(3)} is ready.");
        foreach (var (url, listener) in urls.Zip(configuration.Options.Listeners))
        {
            Line(string.Concat("ws", url.AsSpan("http".Length).TrimEnd('/'), listener.Path), "WAMP over WebSocket: wamp.2.json, wamp.2.msgpack, wamp.2.cbor, each also .batched");
            if (WampListeners.HasPage(configuration.Options))
            {
                Line($"{url.TrimEnd('/')}/", "open it in a browser to try the router");
            }
        }

        foreach (var realm in configuration.Realms)
        {
            Line($"realm {realm.Realm.Name}", Describe(realm.Sessions.Authentication));
        }

        if (FindUnguarded(configuration) is { Length: > 0 } realms)
        {
            Line("a reverse proxy on this machine?", $"then set BehindProxy for its listener: 'loopbackOnly' of {realms} would take its clients for local ones");
        }

        var memory = new MemoryPlan(configuration, MemoryPlan.AvailableBytes);
        Line(memory.IsTooMuch ? "warning: memory" : "memory", memory.Describe());

        if (OpenFiles.Limit is { } files and < FewFiles)
        {
            Line($"only {files} files can be opened", $"that is {EntryLimits.Of(configuration.Options.Transports, files).Connections} connections; more with ulimit -n, or LimitNOFILE= of a systemd service");
        }

        Line("realms are configured in", configuration.RealmsDirectory);
        Line("listeners and limits in", settingsFile);
        Line("to stop", "Ctrl+C");

        void Line(string label, string text) => writer.WriteLine($"  {label.PadRight(LabelWidth)}  {text}");
    }

    /// <summary>The realms with somebody who may come from this machine only, where that is judged by an address that a proxy's clients may have as well.</summary>
    private static string FindUnguarded(RouterConfiguration configuration) =>
        configuration.Options.Listeners.Any(listener => !listener.BehindProxy && ListenerAddress.TryParse(listener.Url, out var address, out _) && IsReachedByLoopback(address))
            ? string.Join(", ", configuration.Realms.Where(realm => IsLoopbackUsed(realm.Sessions.Authentication)).Select(realm => realm.Realm.Name))
            : string.Empty;

    private static bool IsReachedByLoopback(ListenerAddress address) =>
        address.Ip is not { } ip || IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);

    private static bool IsLoopbackUsed(AuthenticationSettings authentication) =>
        authentication.Anonymous is { LoopbackOnly: true } || authentication.Ticket?.Principals.Values.Any(principal => principal.LoopbackOnly) is true;

    private static string Describe(AuthenticationSettings authentication)
    {
        var ways = new List<string>();
        if (authentication.Anonymous is { } anonymous)
        {
            ways.Add(anonymous.LoopbackOnly ? "anonymous, from this machine only" : "anonymous");
        }

        if (authentication.Ticket is { } ticket)
        {
            var local = ticket.Principals.Values.Count(principal => principal.LoopbackOnly);
            var users = ticket.Principals.Count;
            ways.Add($"ticket, {users} {(users == 1 ? "user" : "users")}{(local == 0 ? "" : local == users ? ", from this machine only" : $", {local} of them from this machine only")}");
        }

        return ways.Count > 0 ? string.Join("; ", ways) : "nobody can join: no authentication method is configured";
    }
}
