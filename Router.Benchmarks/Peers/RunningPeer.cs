using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Peers;

/// <summary>A peer that answers. Owns its process, if we started it.</summary>
/// <param name="peer">What it is.</param>
/// <param name="address">Where it is; paths are the peer's.</param>
/// <param name="process">Null where it ran already.</param>
internal sealed class RunningPeer(Peer peer, Uri address, ServerProcess? process) : IDisposable
{
    private readonly int? _processId = process?.Id ?? peer.ProcessId;

    /// <summary>The peer's short name.</summary>
    public string Name => peer.Name;

    /// <summary>What it speaks.</summary>
    public Dialect Dialect => peer.Dialect;

    /// <summary>Where callers and callees connect to.</summary>
    public ServerAddress Calls { get; } = AddressOf(peer, address, peer.CallPath);

    /// <summary>Where publishers, subscribers and idle sessions connect to.</summary>
    public ServerAddress Events { get; } = AddressOf(peer, address, peer.EventPath);

    /// <summary>Processor time used so far; null where the process is not known.</summary>
    public TimeSpan? ProcessorTime => _processId is { } id ? ProcessUsage.ProcessorTime(id) : null;

    /// <summary>Resident memory; null where the process is not known.</summary>
    public long? ResidentBytes => _processId is { } id ? ProcessUsage.ResidentBytes(id) : null;

    /// <summary>True where we started it, on the core for servers.</summary>
    public bool IsOurs => process is not null;

    private static ServerAddress AddressOf(Peer peer, Uri address, string path) =>
        new(peer.IsRawSocket ? new UriBuilder("tcp", address.Host, address.Port).Uri : new Uri(address, path), peer.Dialect.Subprotocol);

    /// <inheritdoc />
    public void Dispose() => process?.Dispose();
}
