using System.Diagnostics;
using WampRouter.Benchmarks.Peers;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>What the server, its core and the load generator use between two moments.</summary>
internal sealed class UsageWindow
{
    private readonly RunningPeer _peer;
    private readonly TimeSpan _generatorBefore = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan? _serverBefore;
    private readonly TimeSpan? _coreBefore;
    private readonly long _begin;

    /// <summary>Begins.</summary>
    public UsageWindow(RunningPeer peer)
    {
        _peer = peer;
        _serverBefore = peer.ProcessorTime;
        _coreBefore = peer.CoreBusyTime;
        _begin = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends and computes.</summary>
    public Usage End()
    {
        var seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
        var server = _peer.ProcessorTime - _serverBefore;
        var others = _peer.CoreBusyTime - _coreBefore - server;
        return new Usage(
            seconds,
            server,
            server?.TotalSeconds / seconds,
            others is { } time ? Math.Max(0, time.TotalSeconds / seconds) : null,
            (Environment.CpuUsage.TotalTime - _generatorBefore).TotalSeconds / seconds);
    }
}

/// <summary>What a <see cref="UsageWindow"/> saw; null where the server's process is not known.</summary>
/// <param name="Seconds">How long it was.</param>
/// <param name="Server">Processor time of the server.</param>
/// <param name="ServerCore">The same as a share of one core.</param>
/// <param name="OthersOnServerCore">The share of the server's core that went to others.</param>
/// <param name="GeneratorCore">The share of one core that the load generator used.</param>
internal readonly record struct Usage(double Seconds, TimeSpan? Server, double? ServerCore, double? OthersOnServerCore, double GeneratorCore);
