using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;
using WampRouter.Benchmarks.Report;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>
/// Many sessions that only join: how fast they come in (as after a network failure, when everybody is back at once), and what
/// each of them costs while it is idle.
/// </summary>
internal sealed class SessionWorkload : Workload
{
    private const int HandshakesUnderWay = 64;
    private const int WarmUpTurns = 20;

    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1);
    private static readonly Row Process = new("idle-process", "Memory of the idle process", "MiB", MoreIsBetter: false);
    private static readonly Row Joins = new("joins", "Join storm, 64 handshakes under way", "joins/s");
    private static readonly Row Idle = new("idle-session", "Memory per idle session", "KiB", MoreIsBetter: false);

    public override IReadOnlyList<Row> Rows => [Joins, Idle, Process];

    public override bool NeedsFreshServer => true;

    public override IReadOnlyList<Measurement> Measure(RunningPeer peer, MeasureSettings settings)
    {
        var idleProcess = peer.ResidentBytes;
        WarmUp(peer);
        using var loop = new EventLoop();
        loop.RunFor(SettlingTime);
        var before = peer.ResidentBytes;
        var joins = MeasureJoins(loop, peer, settings);
        loop.RunFor(SettlingTime);
        var after = peer.ResidentBytes;
        return
        [
            joins,
            new Measurement
            {
                Row = Idle.Id,
                Peer = peer.Name,
                Round = settings.Round,
                Value = (after - before) / 1024.0 / settings.IdleSessions,
                ServerResidentBytes = after,
            },
            new Measurement
            {
                Row = Process.Id,
                Peer = peer.Name,
                Round = settings.Round,
                Value = idleProcess / 1024.0 / 1024.0,
                ServerResidentBytes = idleProcess,
            },
        ];
    }

    // Few sessions at a time, often: the code gets hot, and little memory is left behind for the measured sessions to reuse.
    private static void WarmUp(RunningPeer peer)
    {
        for (var turn = 0; turn < WarmUpTurns; turn++)
        {
            using var loop = new EventLoop();
            Join(loop, peer, HandshakesUnderWay);
            loop.LeaveAll();
        }
    }

    private static Measurement MeasureJoins(EventLoop loop, RunningPeer peer, MeasureSettings settings)
    {
        var window = new UsageWindow(peer, settings.Affinity);
        Join(loop, peer, settings.IdleSessions);
        var usage = window.End();
        return new Measurement
        {
            Row = Joins.Id,
            Peer = peer.Name,
            Round = settings.Round,
            Value = settings.IdleSessions / usage.Seconds,
            ServerMicrosecondsPerMessage = usage.Server?.TotalMicroseconds / settings.IdleSessions,
            ServerCore = usage.ServerCore,
            OthersOnServerCore = usage.OthersOnServerCore,
            GeneratorCore = usage.GeneratorCore,
            OthersOnGeneratorCore = usage.OthersOnGeneratorCore,
            ServerResidentBytes = peer.ResidentBytes,
        };
    }

    private static void Join(EventLoop loop, RunningPeer peer, int count)
    {
        var sitter = new Sitter();
        var begun = 0;
        loop.RunUntil(
            () =>
            {
                for (; begun < count && begun - sitter.JoinedSessions < HandshakesUnderWay; begun++)
                {
                    loop.Connect(peer.Events, peer.Dialect, sitter);
                }

                return sitter.JoinedSessions == count;
            },
            StepLimit,
            $"joining {count} sessions");
    }
}
