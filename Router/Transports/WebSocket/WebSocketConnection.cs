using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
using ConnectionInfo = WampRouter.Sessions.ConnectionInfo;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// The server side of one WebSocket (RFC 6455) after its handshake, over any pipe: reads, answers pings, hands whole messages to the
/// session, closes in an orderly way.
/// </summary>
/// <remarks>
/// The session and its <see cref="IMessageReceiver.Disconnected"/> run on the read loop. Other threads only set a wish
/// (<see cref="RequestClose"/>, <see cref="Abort()"/>) and wake the loop; the heartbeat sends pings through the outbox. The transport itself
/// is never touched from outside the loop, so it cannot be touched after its end.
/// </remarks>
internal sealed partial class WebSocketConnection : ITrackedConnection
{
    private const int NotAborted = -1;

    private readonly TransportServices _services;
    private readonly ILogger _logger;
    private readonly PipeReader _input;
    private readonly OutputPump? _pump;
    private readonly InboundFrames _frames;
    private readonly IMessageReceiver _receiver;
    private KeepAlive _keepAlive;
    private PongAnswers _pongs;
    private DisconnectReason _endReason = DisconnectReason.ConnectionLost;
    private bool _closeSent;
    private bool _closeReceived;

    private volatile bool _closeRequested;
    private volatile bool _sessionIsBusy;
    private int _aborted = NotAborted;      // a DisconnectReason once somebody wants the connection dropped
    private long _closingSince;             // timestamp; 0: not closing

    public WebSocketConnection(WebSocketTransport transport, IDuplexPipe pipe, ConnectionInfo info, MessageKinds kinds, IReceiverFactory receivers)
    {
        _services = transport.Services;
        _logger = transport.Logger;
        _input = pipe.Input;
        _pump = OutputPump.IsTruePipe(pipe.Output) ? null : new OutputPump(pipe.Output);
        _frames = new InboundFrames(this, kinds, _services.Options.MaxMessageBytes);
        _keepAlive = new KeepAlive(_services);
        Outbox = new Outbox(_pump?.Writer ?? pipe.Output, _services.Budget, _services.Options.OutboxBytes);
        Info = info;
        _receiver = receivers.Create(this);
    }

    /// <inheritdoc />
    public Outbox Outbox { get; }

    /// <inheritdoc />
    public ConnectionInfo Info { get; }

    /// <summary>The last measured time from ping to pong; zero until there is one. Any thread.</summary>
    public TimeSpan RoundTrip => _keepAlive.RoundTrip;

    /// <summary>
    /// Whether the message being delivered came in text frames: for receivers without a WAMP subprotocol, which say so otherwise. Valid
    /// during <see cref="IMessageReceiver.Receive"/>.
    /// </summary>
    public bool IsReceivingText { get; private set; }

    private bool IsAborted => Volatile.Read(ref _aborted) != NotAborted;

    /// <summary>Runs the connection to its end; afterwards the pipe is no longer used, and the caller's to complete. Called once; never throws.</summary>
    public async Task<ConnectionEnd> RunAsync()
    {
        _services.Roster.Add(this);
        try
        {
            await ReceiveAsync();
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            Log.ConnectionLost(_logger, Info.ConnectionId, e.Message);
        }

        Outbox.Flush();
        EndSession();
        try
        {
            await AwaitPeerCloseAsync();
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            Log.ConnectionLost(_logger, Info.ConnectionId, e.Message);
        }

        Outbox.Close();
        await (_pump?.CompleteAsync() ?? Task.CompletedTask);
        _services.Roster.Remove(this);
        return new ConnectionEnd(_endReason, !IsAborted);
    }

    /// <inheritdoc />
    public void RequestClose()
    {
        BeginClosing();
        _closeRequested = true;
        _input.CancelPendingRead();
    }

    /// <inheritdoc />
    public void Abort() => Abort(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        var closingSince = Volatile.Read(ref _closingSince);
        if (closingSince != 0)
        {
            if (_services.Time.GetElapsedTime(closingSince, now) >= _services.Options.CloseTimeout)
            {
                Abort(DisconnectReason.ClosedByRouter);
            }

            return;
        }

        if (_sessionIsBusy)
        {
            _keepAlive.Heard(); // we are not reading: the silence is ours
        }

        if (_keepAlive.IsPeerGone(now, Outbox))
        {
            Abort(DisconnectReason.PingTimeout);
        }
    }

    /// <summary>Hands a whole message to the session: unmasked, valid UTF-8 where it is text, borrowed for the call. For the frame reader, as are the methods below.</summary>
    internal Progress Deliver(ReadOnlySpan<byte> message, bool isText, FlushBatch batch)
    {
        IsReceivingText = isText;
        try
        {
            return Obey(_receiver.Receive(message, batch), batch);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, batch);
        }
    }

    /// <summary>Ends the connection because the peer broke a rule of the transport.</summary>
    internal Progress Fail(CloseCode code, string fault, FlushBatch batch)
    {
        Log.PeerBrokeRule(_logger, Info.ConnectionId, (int)code, fault);
        return End(DisconnectReason.TransportViolation, code, fault, batch);
    }

    internal void OnPing(ReadOnlySpan<byte> payload, FlushBatch batch) => _pongs.Answer(payload, Outbox, batch);

    internal void OnPong(ReadOnlySpan<byte> payload) => _keepAlive.OnPong(payload);

    internal Progress OnClose(ReadOnlySpan<byte> payload, FlushBatch batch)
    {
        _closeReceived = true;
        return ClosePayload.TryRead(payload, out var code, out var fault)
            ? End(DisconnectReason.ClosedByPeer, code, string.Empty, batch)
            : Fail(code, fault!, batch);
    }

    /// <summary>What a pipe throws when the other side is gone. The session's exceptions never get here.</summary>
    private static bool IsConnectionLoss(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException;

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var read = await _input.ReadAsync();
            var buffer = read.Buffer;
            if (_closeRequested || IsAborted)
            {
                _input.AdvanceTo(buffer.Start);
                End(DisconnectReason.ClosedByRouter, GoodbyeCode(), string.Empty, FlushBatch.OfThread);
                return;
            }

            _keepAlive.Heard();
            var progress = Consume(ref buffer);
            while (progress == Progress.Wait)
            {
                progress = await ResumeAsync();
                progress = progress == Progress.Continue ? Consume(ref buffer) : progress;
            }

            _input.AdvanceTo(buffer.Start, buffer.End);
            if (progress == Progress.Ended || read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Takes what one read brought, and flushes whatever it caused.</summary>
    private Progress Consume(ref ReadOnlySequence<byte> buffer)
    {
        var batch = FlushBatch.OfThread;
        var progress = _frames.Consume(ref buffer, batch);
        _pongs.EndRead(Outbox, batch);
        batch.Flush();
        return progress;
    }

    private async ValueTask<Progress> ResumeAsync()
    {
        try
        {
            _sessionIsBusy = true;
            return Obey(await _receiver.ResumeAsync(), FlushBatch.OfThread);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, FlushBatch.OfThread);
        }
        finally
        {
            _sessionIsBusy = false;
        }
    }

    private Progress Obey(ReceiveStatus status, FlushBatch batch) => status switch
    {
        ReceiveStatus.Continue => _closeRequested || IsAborted ? End(DisconnectReason.ClosedByRouter, GoodbyeCode(), string.Empty, batch) : Progress.Continue,
        ReceiveStatus.Wait => Progress.Wait,
        _ => End(DisconnectReason.ClosedByRouter, GoodbyeCode(), string.Empty, batch),
    };

    /// <summary>No message is delivered any more; says so to the peer.</summary>
    private Progress End(DisconnectReason reason, CloseCode code, string text, FlushBatch batch)
    {
        _endReason = reason;
        BeginClosing();
        Span<byte> frame = stackalloc byte[ServerFrame.MaxControlSize];
        if (Outbox.TryEnqueueLast(ServerFrame.WriteClose(frame, code, text), batch) == EnqueueResult.Full)
        {
            Abort(reason); // the peer does not read: it would not see the Close frame either
        }

        _closeSent = true;
        return Progress.Ended;
    }

    private Progress EndByOurFault(Exception e, FlushBatch batch)
    {
        Log.SessionFailed(_logger, e, Info.ConnectionId);
        return End(DisconnectReason.ClosedByRouter, CloseCode.InternalError, "internal error", batch);
    }

    private void EndSession()
    {
        _endReason = IsAborted ? (DisconnectReason)_aborted : _endReason;
        _frames.Release();
        try
        {
            _receiver.Disconnected(_endReason);
        }
        catch (Exception e)
        {
            Log.SessionFailed(_logger, e, Info.ConnectionId);
        }
    }

    /// <summary>RFC 6455 section 7.1.1: who sent Close first waits for the other's. The heartbeat bounds it.</summary>
    private async Task AwaitPeerCloseAsync()
    {
        while (_closeSent && !_closeReceived && !IsAborted)
        {
            var read = await _input.ReadAsync();
            var buffer = read.Buffer;
            _closeReceived = _frames.SkipToClose(ref buffer) || read.IsCompleted;
            _input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private void Abort(DisconnectReason reason)
    {
        Interlocked.CompareExchange(ref _aborted, (int)reason, NotAborted);
        Outbox.Close();
        _pump?.Abort();
        _input.CancelPendingRead();
    }

    private void BeginClosing() => Interlocked.CompareExchange(ref _closingSince, Math.Max(1, _services.Time.GetTimestamp()), 0);

    private CloseCode GoodbyeCode() => _services.Roster.IsShuttingDown ? CloseCode.GoingAway : CloseCode.Normal;

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "{ConnectionId} broke the WebSocket protocol, closed with {Code}: {Fault}")]
        public static partial void PeerBrokeRule(ILogger logger, string connectionId, int code, string fault);

        [LoggerMessage(1102, LogLevel.Debug, "{ConnectionId} was lost: {Reason}")]
        public static partial void ConnectionLost(ILogger logger, string connectionId, string reason);

        [LoggerMessage(1103, LogLevel.Error, "The session of {ConnectionId} failed; it was closed with 1011")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string connectionId);
    }
}
