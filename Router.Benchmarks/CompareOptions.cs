using WampRouter.Benchmarks.Peers;
using WampRouter.Benchmarks.Workloads;

namespace WampRouter.Benchmarks;

/// <summary>What <c>compare</c> was asked to do.</summary>
internal sealed record CompareOptions
{
    /// <summary>How often all peers take their turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>Load behind each figure.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Load before a figure is taken, the first time a peer sees a workload: the JIT is still at work then.</summary>
    public required TimeSpan FirstWarmUp { get; init; }

    /// <summary>Load before a figure is taken, later.</summary>
    public TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Sessions of the idle rows.</summary>
    public required int IdleSessions { get; init; }

    /// <summary>What to measure.</summary>
    public required IReadOnlyList<Workload> Workloads { get; init; }

    /// <summary>Whom to measure; the first one is what the others are compared with.</summary>
    public required IReadOnlyList<Peer> Peers { get; init; }

    /// <summary>Peers that were wished for but cannot run here, and why.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Where the JSON file goes, if anywhere.</summary>
    public string? JsonPath { get; init; }

    /// <summary>Where the Markdown page goes, if anywhere.</summary>
    public string? MarkdownPath { get; init; }

    /// <summary>Reads the command line.</summary>
    public static CompareOptions Read(CommandOptions line)
    {
        var isQuick = line.Flag("quick");
        var notes = new List<string>();
        var options = new CompareOptions
        {
            Rounds = line.Number("rounds", isQuick ? 1 : 3, 1, 1000),
            Duration = TimeSpan.FromSeconds(line.Number("seconds", isQuick ? 1 : 3, 1, 3600)),
            FirstWarmUp = TimeSpan.FromSeconds(isQuick ? 1 : 3),
            IdleSessions = line.Number("sessions", isQuick ? 2000 : 10_000, 1, 18_000),
            Workloads = SelectWorkloads(line.Text("only")),
            Peers = SelectPeers(line, notes),
            Notes = notes,
            JsonPath = line.Text("json"),
            MarkdownPath = line.Text("markdown"),
        };
        line.EnsureAllTaken();
        return options;
    }

    private static IReadOnlyList<Workload> SelectWorkloads(string? only)
    {
        if (only is null)
        {
            return WorkloadCatalog.All;
        }

        var wanted = only.Split(',');
        var known = WorkloadCatalog.All.SelectMany(workload => workload.Rows).Select(row => row.Id).ToArray();
        return wanted.Except(known).FirstOrDefault() is { } unknown
            ? throw new ArgumentException($"no row is called '{unknown}'; known are {string.Join(", ", known)}")
            : [.. WorkloadCatalog.All.Where(workload => workload.Rows.Any(row => wanted.Contains(row.Id)))];
    }

    private static List<Peer> SelectPeers(CommandOptions line, List<string> notes)
    {
        var root = RepositoryRoot();
        var configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        var router = line.Text("router") ?? Path.Combine(root, "Router.Server", "bin", configuration, "net10.0", "WampRouter.Server.dll");
        var routerAot = line.Text("router-aot") ?? Path.Combine(root, "artifacts", "publish", "wamprouter");
        var names = line.Text("peers")?.Split(',') ?? [.. PeerCatalog.Names];
        var peers = new List<Peer>();
        foreach (var name in names)
        {
            var peer = PeerCatalog.Find(name, router, routerAot);
            var file = name switch
            {
                PeerCatalog.Router or PeerCatalog.Router + PeerCatalog.RawSocketSuffix => router,
                PeerCatalog.RouterAot or PeerCatalog.RouterAot + PeerCatalog.RawSocketSuffix => routerAot,
                _ => null,
            };
            if (file is null || File.Exists(file))
            {
                peers.Add(peer);
            }
            else
            {
                notes.Add($"{name} was left out: there is no {Path.GetRelativePath(root, file)}");
            }
        }

        peers.AddRange(line.Texts("peer").Select(PeerCatalog.Parse));
        return peers.Count > 0 ? peers : throw new ArgumentException("there is no peer to measure");
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WampRouter.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
