using System.IO.Pipelines;
using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>A router that says what the test tells it to. Clients reach it through <see cref="Transport"/>; each connection is a <see cref="ScriptedPeer"/>.</summary>
internal sealed class ScriptedRouter : IAsyncDisposable
{
    /// <summary>The roles of a router that can do everything a client asks for.</summary>
    public const string EveryFeature =
        """
        "roles":{"broker":{"features":{"event_retention":true,"pattern_based_subscription":true,"publisher_exclusion":true,"publisher_identification":true,"sharded_subscription":true,"subscriber_blackwhite_listing":true,"payload_passthru_mode":true}},"dealer":{"features":{"call_canceling":true,"caller_identification":true,"call_timeout":true,"pattern_based_registration":true,"progressive_call_invocations":true,"progressive_call_results":true,"sharded_registration":true,"shared_registration":true,"payload_passthru_mode":true}}}
        """;

    private readonly Channel<ScriptedPeer> _arrivals = Channel.CreateUnbounded<ScriptedPeer>();
    private readonly List<ScriptedPeer> _peers = [];

    public IWampTransport Transport => new WampPipeTransport(ConnectAsync);

    /// <summary>Whether the next connections fail.</summary>
    public bool IsDown { get; set; }

    /// <summary>How many bytes a client may send that the script has not received.</summary>
    public long PauseBytes { get; init; } = 64 * 1024;

    /// <summary>The next connection, before its HELLO was read.</summary>
    public Task<ScriptedPeer> AcceptAsync() => _arrivals.Reader.ReadAsync().AsTask().Soon();

    /// <summary>The next connection, welcomed.</summary>
    /// <param name="details">What the WELCOME says beyond who joined; by default that the router can do everything.</param>
    public async Task<ScriptedPeer> WelcomeAsync(string details = EveryFeature)
    {
        var peer = await AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync($$"""[2,9129137332,{"authid":"anna","authrole":"staff","authmethod":"anonymous",{{details}}}]""");
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.CloseAsync();
        }
    }

    private ValueTask<IDuplexPipe> ConnectAsync(string subprotocol, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown)
        {
            throw new IOException("nobody listens");
        }

        var toRouter = new Pipe(new PipeOptions(pauseWriterThreshold: PauseBytes, resumeWriterThreshold: PauseBytes / 2));
        var toClient = new Pipe();
        var format = subprotocol switch { "wamp.2.json" => WireFormat.Json, "wamp.2.msgpack" => WireFormat.MessagePack, _ => WireFormat.Cbor };
        var peer = new ScriptedPeer(format, toRouter.Reader, toClient.Writer);
        _peers.Add(peer);
        _arrivals.Writer.TryWrite(peer);
        return new(new DuplexPipe(toClient.Reader, toRouter.Writer));
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
