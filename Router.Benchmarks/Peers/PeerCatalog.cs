using System.Globalization;
using System.Reflection;
using System.Web;
using WampRouter.Benchmarks.Dialects;

namespace WampRouter.Benchmarks.Peers;

/// <summary>The peers that can be named on the command line.</summary>
internal static class PeerCatalog
{
    public const string Relay = "relay";
    public const string Router = "router";
    public const string RouterAot = "router-aot";

    /// <summary>What is appended to the name of a router for the same over RawSocket.</summary>
    public const string RawSocketSuffix = "-raw";
    public const string SignalR = "signalr";

    private const string Realm = "realm1";

    // How a router is told to take any free port of loopback; it prints which one it got.
    private static readonly string[] RouterArguments = ["--WampRouter:Listeners:0:Url", "http://127.0.0.1:0"];

    private static readonly WampJson Wamp = new(Realm);

    /// <summary>The peers measured when none are named.</summary>
    public static IReadOnlyList<string> Names { get; } = [Relay, Router, RouterAot, RouterAot + RawSocketSuffix, SignalR];

    /// <summary>A peer of ours.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="routerPath">The router to run under the JIT: <c>WampRouter.Server.dll</c>.</param>
    /// <param name="routerAotPath">The published router.</param>
    public static Peer Find(string name, string routerPath, string routerAotPath) => name switch
    {
        Relay => new Peer
        {
            Name = name,
            Description = "the router's transport with as little behind it as possible (JIT)",
            Dialect = Wamp,
            Program = DotnetPath,
            Arguments = [OwnPath, Relay, .. OwnServer.MeasuredArguments],
        },
        Router => new Peer
        {
            Name = name,
            Description = "WampRouter (JIT)",
            Dialect = Wamp,
            Program = DotnetPath,
            Arguments = [routerPath, .. RouterArguments],
        },
        RouterAot => new Peer
        {
            Name = name,
            Description = "WampRouter (Native AOT)",
            Dialect = Wamp,
            Program = routerAotPath,
            Arguments = RouterArguments,
        },
        Router + RawSocketSuffix or RouterAot + RawSocketSuffix => OverRawSocket(Find(name[..^RawSocketSuffix.Length], routerPath, routerAotPath)),
        SignalR => new Peer
        {
            Name = name,
            Description = "ASP.NET Core SignalR: group broadcast, client results (JIT)",
            Dialect = new SignalRJson(),
            CallPath = SignalRServer.CallPath,
            EventPath = SignalRServer.EventPath,
            Program = DotnetPath,
            Arguments = [OwnPath, SignalR, .. OwnServer.MeasuredArguments],
        },
        _ => throw new ArgumentException($"no peer is called '{name}'; known are {string.Join(", ", Names)}, and name=ws://… or name=tcp://… for any other"),
    };

    /// <summary>
    /// A WAMP router that runs already: <c>name=ws://host:port/path</c>, or for RawSocket <c>name=tcp://host:port</c>, with <c>#pid=123</c> behind it to see its processor time and memory,
    /// and <c>realm=…</c> (in the same place, after <c>&amp;</c>) where its realm is not <c>realm1</c>.
    /// </summary>
    public static Peer Parse(string nameAndUrl)
    {
        var parts = nameAndUrl.Split('=', 2);
        if (parts.Length != 2 || !Uri.TryCreate(parts[1], UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "tcp"))
        {
            throw new ArgumentException($"'{nameAndUrl}' is not name=ws://host:port/path, nor name=tcp://host:port");
        }

        var extras = HttpUtility.ParseQueryString(url.Fragment.TrimStart('#'));
        return new Peer
        {
            Name = parts[0],
            Description = url.GetLeftPart(UriPartial.Query),
            Dialect = new WampJson(extras["realm"] ?? Realm),
            CallPath = url.PathAndQuery,
            EventPath = url.PathAndQuery,
            Address = url,
            IsRawSocket = url.Scheme == "tcp",
            ProcessId = int.TryParse(extras["pid"], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null,
        };
    }

    private static Peer OverRawSocket(Peer peer) => peer with { Name = peer.Name + RawSocketSuffix, Description = $"{peer.Description}, over RawSocket", IsRawSocket = true };

    private static string DotnetPath => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string OwnPath => Assembly.GetExecutingAssembly().Location;
}
