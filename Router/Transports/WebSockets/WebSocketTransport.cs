using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Compression;

namespace WampRouter.Transports.WebSockets;

/// <summary>Runs WebSocket connections over any pipe once their handshake is done, however they came in.</summary>
internal sealed class WebSocketTransport(TransportServices services, ILogger<WebSocketTransport> logger)
{
    /// <summary>The name in <see cref="ConnectionDetails.Transport"/>, logs and metrics.</summary>
    public const string Name = "websocket";

    /// <summary>What the connections share.</summary>
    public TransportServices Services { get; } = services;

    /// <summary>Where the connections log.</summary>
    public ILogger<WebSocketTransport> Logger { get; } = logger;

    /// <summary>Runs one connection, which has a place in the roster, to its end.</summary>
    /// <param name="pipe">Read and written by the connection alone from now on; completed by the caller afterwards.</param>
    /// <param name="info">What the handshake found out.</param>
    /// <param name="kinds">The messages the peer may send.</param>
    /// <param name="receivers">Makes the session.</param>
    /// <param name="compression">What was agreed on; null: nothing is compressed. Given back at the end.</param>
    /// <returns>False where the caller should drop the transport at once; otherwise what is still in the pipe is worth sending.</returns>
    public Task<bool> RunAsync(IDuplexPipe pipe, ConnectionDetails info, MessageKinds kinds, IReceiverFactory receivers, DeflateTerms? compression = null)
    {
        var framing = new WebSocketFraming(this, info.Encoding, kinds, compression);
        var connection = new MessageConnection(Services, new TransportLink(pipe, framing, info, Logger));
        return compression is null ? connection.RunAsync(receivers) : RunCompressedAsync(connection, receivers, framing, compression);
    }

    private async Task<bool> RunCompressedAsync(MessageConnection connection, IReceiverFactory receivers, WebSocketFraming framing, DeflateTerms compression)
    {
        Services.Metrics.Compression.Opened();
        try
        {
            return await connection.RunAsync(receivers);
        }
        finally
        {
            framing.Dispose();
            Services.Compression.End(compression);
            Services.Metrics.Compression.Ended();
        }
    }
}
