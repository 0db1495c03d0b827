using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
using WampRouter.Wire;
using ConnectionInfo = WampRouter.Sessions.ConnectionInfo;

namespace WampRouter.Transports.WebSocket;

/// <summary>The server side of one WebSocket (RFC 6455) after its handshake, over any pipe: answers pings, keeps alive, closes in an orderly way.</summary>
internal sealed partial class WebSocketConnection : MessageConnection
{
    /// <summary>What is read of a peer whose connection has failed and that goes on sending: more than any message it may send.</summary>
    private const long MostDrainedBytes = 64 * 1024 * 1024;

    /// <summary>How long such a peer is read.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger;
    private readonly InboundFrames _frames;
    private KeepAlive _keepAlive;
    private PongAnswers _pongs;
    private bool _closeSent;
    private bool _closeReceived;
    private volatile bool _failed;          // RFC 6455 section 7.1.7: nothing more of the peer needs to be understood
    private volatile bool _drainedLongEnough;

    public WebSocketConnection(WebSocketTransport transport, IDuplexPipe pipe, ConnectionInfo info, MessageKinds kinds)
        : this(transport, pipe, info, kinds, info.Encoding.Framing is Framing.Batched ? new OutboundBatches(info.Encoding.Format) : null)
    {
    }

    private WebSocketConnection(WebSocketTransport transport, IDuplexPipe pipe, ConnectionInfo info, MessageKinds kinds, OutboundBatches? answers)
        : base(transport.Services, transport.Logger, pipe, info, answers)
    {
        var limits = new MessageLimits(MaxMessageBytes);
        _logger = transport.Logger;
        _frames = new InboundFrames(this, kinds, limits, answers is null ? null : new InboundBatches(this, answers, limits));
        _keepAlive = new KeepAlive(Services);
    }

    /// <summary>The last measured time from ping to pong; zero until there is one. Any thread.</summary>
    public TimeSpan RoundTrip => _keepAlive.RoundTrip;

    /// <summary>
    /// Whether the message being delivered came in text frames: for receivers without a WAMP subprotocol, which says so otherwise. Valid
    /// during <see cref="IMessageReceiver.Receive"/>.
    /// </summary>
    public bool IsReceivingText { get; private set; }

    /// <summary>
    /// Hands a whole WebSocket message to the session: unmasked, valid UTF-8 where it is text. For the frame reader, as are the methods below.
    /// </summary>
    internal Progress Deliver(ReadOnlySpan<byte> message, bool isText, FlushBatch batch)
    {
        IsReceivingText = isText;
        return Deliver(message, batch);
    }

    /// <summary>Ends the connection because the peer broke a rule of the transport.</summary>
    internal Progress Fail(CloseCode code, string fault, FlushBatch batch)
    {
        Log.PeerBrokeRule(_logger, Info.ConnectionId, (int)code, fault);
        _failed = true;
        SendClose(code, fault, batch);
        return End(DisconnectReason.TransportViolation);
    }

    internal void OnPing(ReadOnlySpan<byte> payload, FlushBatch batch) => _pongs.Answer(payload, Outbox, batch);

    internal void OnPong(ReadOnlySpan<byte> payload) => _keepAlive.OnPong(payload);

    internal Progress OnClose(ReadOnlySpan<byte> payload, FlushBatch batch)
    {
        _closeReceived = true;
        if (!ClosePayload.TryRead(payload, out var code, out var fault))
        {
            return Fail(code, fault!, batch);
        }

        // A Close without a code asks for an ordinary end. Clients take one that is answered without a code for a loss (ws, and Autobahn with it: code 1005, "lost").
        SendClose(code == CloseCode.None ? CloseCode.Normal : code, string.Empty, batch);
        return End(DisconnectReason.ClosedByPeer);
    }

    /// <inheritdoc />
    protected override bool IsInsideMessage => _frames.IsInsideMessage;

    /// <inheritdoc />
    protected override Progress Consume(ref ReadOnlySequence<byte> buffer, FlushBatch batch)
    {
        _keepAlive.Heard();
        var progress = _frames.Consume(ref buffer, batch);
        _pongs.EndRead(Outbox, batch);
        return progress;
    }

    /// <inheritdoc />
    protected override void ReleaseBuffers() => _frames.Release();

    /// <inheritdoc />
    protected override void SayGoodbye(DisconnectReason reason, string text, FlushBatch batch)
    {
        // A peer in the middle of a message may not have been asked to end it: nobody waits for its Close then.
        _failed |= reason is DisconnectReason.InboundPressure or DisconnectReason.MessageTimeout;
        var code = reason switch
        {
            DisconnectReason.SessionFailed => CloseCode.InternalError,
            DisconnectReason.InboundPressure => CloseCode.TryAgainLater,
            DisconnectReason.MessageTimeout => CloseCode.PolicyViolation,
            _ when Services.Roster.IsRestarting => CloseCode.ServiceRestart,
            _ when Services.Roster.IsShuttingDown => CloseCode.GoingAway,
            _ => CloseCode.Normal,
        };
        SendClose(code, text, batch);
    }

    /// <inheritdoc />
    protected override Task AwaitPeerAsync() => _failed ? DrainAsync() : AwaitCloseAsync();

    /// <inheritdoc />
    protected override void OnClosingHeartbeat(TimeSpan closingFor)
    {
        if (_failed && closingFor >= LongestDrain)
        {
            _drainedLongEnough = true;
            Input.CancelPendingRead();
        }
    }

    /// <summary>RFC 6455 section 7.1.1: who sent Close first waits for the other's.</summary>
    private async Task AwaitCloseAsync()
    {
        while (_closeSent && !_closeReceived && !IsAborted)
        {
            var read = await Input.ReadAsync();
            var buffer = read.Buffer;
            _closeReceived = _frames.SkipToClose(ref buffer) || read.IsCompleted;
            Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>
    /// RFC 6455 section 7.1.7: after a failure of the connection nobody waits for the peer's Close. Only what has come is read, and the rest of the
    /// frame that the peer is sending: a socket that is closed before it was read resets the peer's, and the reason in our Close is lost.
    /// </summary>
    private async Task DrainAsync()
    {
        var drained = 0L;
        while (!IsAborted && !_drainedLongEnough && drained < MostDrainedBytes)
        {
            ReadResult read;
            if (_frames.IsInsideFrame)
            {
                read = await Input.ReadAsync();
            }
            else if (!Input.TryRead(out read))
            {
                return;
            }

            drained += read.Buffer.Length;
            _frames.Skip(read.Buffer.Length);
            Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    protected override void OnOpenHeartbeat(long now)
    {
        if (IsSessionBusy)
        {
            _keepAlive.Heard(); // the silence is ours
        }

        if (_keepAlive.IsPeerGone(now, Outbox))
        {
            Abort(DisconnectReason.PingTimeout);
        }
    }

    private void SendClose(CloseCode code, string text, FlushBatch batch)
    {
        _closeSent = true;
        Span<byte> frame = stackalloc byte[ServerFrame.MaxControlSize];
        if (Outbox.TryEnqueueLast(ServerFrame.WriteClose(frame, code, text), batch) == EnqueueResult.Full)
        {
            Abort(); // the peer does not read: it would not see the Close frame either
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "{ConnectionId} broke the WebSocket protocol, closed with {Code}: {Fault}")]
        public static partial void PeerBrokeRule(ILogger logger, string connectionId, int code, string fault);
    }
}
