using System.Diagnostics;
using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>What the server, the load generator and everybody else use of the two cores between two moments.</summary>
internal sealed class UsageWindow
{
    private readonly RunningPeer _peer;
    private readonly CpuAffinity _affinity;
    private readonly Snapshot _before;

    /// <summary>Begins.</summary>
    public UsageWindow(RunningPeer peer, CpuAffinity affinity)
    {
        (_peer, _affinity) = (peer, affinity);
        _before = Look();
    }

    /// <summary>Ends and computes.</summary>
    public Usage End()
    {
        var after = Look();
        var seconds = Stopwatch.GetElapsedTime(_before.Timestamp, after.Timestamp).TotalSeconds;
        var server = after.Server - _before.Server;
        var generator = after.Generator - _before.Generator;
        return new Usage(
            seconds,
            server,
            server?.TotalSeconds / seconds,
            Others(after.ServerCore - _before.ServerCore - server),
            generator.TotalSeconds / seconds,
            Others(after.GeneratorCore - _before.GeneratorCore - generator));

        // The kernel counts a core in ticks and a process more finely, so the rest may come out below zero.
        double? Others(TimeSpan? rest) => rest is { } time ? Math.Max(0, time.TotalSeconds / seconds) : null;
    }

    private Snapshot Look() => new(
        Stopwatch.GetTimestamp(),
        _peer.ProcessorTime,
        Environment.CpuUsage.TotalTime,
        _affinity.IsPinned && _peer.IsOurs ? ProcessUsage.BusyTime(_affinity.ServerCore) : null,
        _affinity.IsPinned ? ProcessUsage.BusyTime(_affinity.GeneratorCore) : null);

    private readonly record struct Snapshot(long Timestamp, TimeSpan? Server, TimeSpan Generator, TimeSpan? ServerCore, TimeSpan? GeneratorCore);
}

/// <summary>What a <see cref="UsageWindow"/> saw; null where it cannot be known.</summary>
/// <param name="Seconds">How long it was.</param>
/// <param name="Server">Processor time of the server.</param>
/// <param name="ServerCore">The same as a share of one core.</param>
/// <param name="OthersOnServerCore">The share of the server's core that went to others.</param>
/// <param name="GeneratorCore">The share of one core that the load generator used.</param>
/// <param name="OthersOnGeneratorCore">The share of the generator's core that went to others.</param>
internal readonly record struct Usage(
    double Seconds, TimeSpan? Server, double? ServerCore, double? OthersOnServerCore, double GeneratorCore, double? OthersOnGeneratorCore);
