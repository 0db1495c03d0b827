using WampRouter.Configuration;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>What the router prints when it is ready: what it serves, from which files, and how to try it.</summary>
internal static class StartupReport
{
    private const int LabelWidth = 36;

    /// <summary>Writes the lines.</summary>
    /// <param name="writer">Standard output.</param>
    /// <param name="configuration">What was read.</param>
    /// <param name="contentRoot">Where appsettings.json was read from.</param>
    /// <param name="urls">Where Kestrel really listens: a port 0 of the configuration has become a real one.</param>
    public static void Write(TextWriter writer, RouterConfiguration configuration, string contentRoot, ICollection<string> urls)
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

        Line("realms are configured in", configuration.RealmsDirectory);
        Line("listeners and limits in", Path.Combine(contentRoot, "appsettings.json"));
        Line("to stop", "Ctrl+C");

        void Line(string label, string text) => writer.WriteLine($"  {label.PadRight(LabelWidth)}  {text}");
    }

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
