using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Transports.RawSocket;

/// <summary>
/// Either side's frames on a RawSocket (<c>rfc/text/advanced/transport_rawsocket.md</c>, Framing). It has no word for goodbye: a peer that is to know why its connection ends is told by ABORT, and the end of the
/// stream says the rest.
/// </summary>
/// <param name="transport">What the connections share.</param>
/// <param name="info">What the handshake settled.</param>
/// <param name="maxMessageBytes">The longest message that the peer may send, as the handshake has told it.</param>
internal sealed partial class RawSocketFraming(RawSocketTransport transport, ConnectionDetails info, int maxMessageBytes) : ConnectionFraming
{
    /// <inheritdoc />
    public override FrameReader Frames { get; } = new LengthPrefixedFrames(new MessageLimits(maxMessageBytes), isSocket: true);

    /// <inheritdoc />
    public override bool HasPings => true;

    /// <inheritdoc />
    public override bool AnswersEachPing => true;

    /// <inheritdoc />
    public override bool EndsWithStream => true;

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Ping(Span<byte> room, scoped ReadOnlySpan<byte> payload) => Write(room, RawSocketKind.Ping, payload);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Pong(Span<byte> room, scoped ReadOnlySpan<byte> payload) => Write(room, RawSocketKind.Pong, payload);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Goodbye(Span<byte> room, DisconnectReason reason, string text)
    {
        var uri = reason switch
        {
            DisconnectReason.TransportViolation => WampErrors.ProtocolViolation,
            DisconnectReason.MessageTimeout => WampErrors.Timeout,
            DisconnectReason.InboundPressure => WampErrors.Unavailable,
            DisconnectReason.SessionFailed => WampErrors.Unavailable,
            _ => null,
        };
        return uri is null ? default : SessionMessages.Farewell(info.Encoding, MessageCode.Abort, uri, text);
    }

    /// <inheritdoc />
    public override void ReportFault(string connectionId, string fault) => Log.PeerBrokeRule(transport.Logger, connectionId, fault);

    private static ReadOnlySpan<byte> Write(Span<byte> room, RawSocketKind kind, scoped ReadOnlySpan<byte> payload)
    {
        RawSocketPrefix.Write(room, kind, payload.Length);
        payload.CopyTo(room[RawSocketPrefix.Size..]);
        return room[..(RawSocketPrefix.Size + payload.Length)];
    }

    private static partial class Log
    {
        [LoggerMessage(1140, LogLevel.Information, "{ConnectionId} broke the framing of RawSocket: {Fault}")]
        public static partial void PeerBrokeRule(ILogger logger, string connectionId, string fault);
    }
}
