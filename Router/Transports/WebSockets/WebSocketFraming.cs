using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>The server side of one WebSocket (RFC 6455) after its handshake: the frames of the peer, and ours. Where WAMP batches its messages, several share a frame.</summary>
internal sealed partial class WebSocketFraming : ConnectionFraming, IDisposable
{
    private readonly WebSocketTransport _transport;
    private readonly MessageKinds _kinds;
    private readonly InboundFrames _frames;

    /// <param name="transport">What the connections share.</param>
    /// <param name="encoding">What WAMP negotiated.</param>
    /// <param name="kinds">The messages the peer may send.</param>
    /// <param name="compression">What was agreed on; null: nothing is compressed.</param>
    public WebSocketFraming(WebSocketTransport transport, WireEncoding encoding, MessageKinds kinds, DeflateTerms? compression = null)
    {
        var services = transport.Services;
        var limits = new MessageLimits(services.Options.MaxMessageBytes);
        (_transport, _kinds) = (transport, kinds);
        var outbound = encoding.Framing is Framing.Batched ? new OutboundBatches(encoding.Format) : null;
        var inbound = outbound is null ? null : new InboundBatches(encoding.Format, outbound, limits);
        _frames = new InboundFrames(kinds, limits, inbound, takesCompressed: compression is not null);
        (Frames, Outbound) = (_frames, outbound);
        if (compression is not null)
        {
            Frames = new InflatingFrames(_frames, inbound, compression.KeepsClientContext ? new MessageInflater(keepsContext: true) : null, services.Metrics.Compression);
            Outbound = compression.KeepsServerContext ? new OwnCompression(services, encoding, outbound) : new OutboundCompression(services, encoding, outbound);
        }
    }

    /// <inheritdoc />
    public override FrameReader Frames { get; }

    /// <inheritdoc />
    public override IOutboundFraming? Outbound { get; }

    /// <inheritdoc />
    public override bool ChecksText => _kinds == MessageKinds.Text;

    /// <inheritdoc />
    public override bool HasPings => true;

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Ping(Span<byte> room, scoped ReadOnlySpan<byte> payload) => ServerFrame.WriteControl(room, WebSocketOpcode.Ping, payload);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Pong(Span<byte> room, scoped ReadOnlySpan<byte> payload) => ServerFrame.WriteControl(room, WebSocketOpcode.Pong, payload);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Goodbye(Span<byte> room, DisconnectReason reason, string text)
    {
        var roster = _transport.Services.Roster;
        var code = reason switch
        {
            DisconnectReason.TransportViolation or DisconnectReason.ClosedByPeer => _frames.Answer,
            DisconnectReason.SessionFailed => CloseCode.InternalError,
            DisconnectReason.InboundPressure => CloseCode.TryAgainLater,
            DisconnectReason.MessageTimeout => CloseCode.PolicyViolation,
            _ when roster.IsRestarting => CloseCode.ServiceRestart,
            _ when roster.IsShuttingDown => CloseCode.GoingAway,
            _ => CloseCode.Normal,
        };
        return ServerFrame.WriteClose(room, code, text);
    }

    /// <inheritdoc />
    public override void ReportFault(string connectionId, string fault) => Log.PeerBrokeRule(_transport.Logger, connectionId, (int)_frames.Answer, fault);

    /// <summary>Gives back what compression holds. After the connection's end.</summary>
    public void Dispose()
    {
        (Frames as IDisposable)?.Dispose();
        (Outbound as IDisposable)?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "{ConnectionId} broke the WebSocket protocol, closed with {Code}: {Fault}")]
        public static partial void PeerBrokeRule(ILogger logger, string connectionId, int code, string fault);
    }
}
