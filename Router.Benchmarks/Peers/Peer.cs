using System.Diagnostics;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Peers;

/// <summary>A server to measure: how to start it, or where it runs already, and what it speaks.</summary>
internal sealed record Peer
{
    /// <summary>The short name of tables and options.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for the report.</summary>
    public required string Description { get; init; }

    /// <summary>What it speaks.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>Path of the WebSocket for calls.</summary>
    public string CallPath { get; init; } = "/ws";

    /// <summary>Path of the WebSocket for events.</summary>
    public string EventPath { get; init; } = "/ws";

    /// <summary>Whether it is asked for a RawSocket, and not for a WebSocket.</summary>
    public bool IsRawSocket { get; init; }

    /// <summary>The program to start; null where it runs already.</summary>
    public string? Program { get; init; }

    /// <summary>The arguments of <see cref="Program"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where a peer that runs already is.</summary>
    public Uri? Address { get; init; }

    /// <summary>The process of a peer that runs already, where it is known.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Starts it, and returns when it serves.</summary>
    public async Task<RunningPeer> StartAsync(CpuAffinity affinity)
    {
        if (Program is null)
        {
            return new RunningPeer(this, Address!, process: null);
        }

        var start = new ProcessStartInfo(Program, Arguments);

        // The diagnostics server costs a thread and a socket, in every .NET peer alike.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var (server, address) = await ServerProcess.StartAsync(start, affinity);
        return new RunningPeer(this, address, server);
    }
}
