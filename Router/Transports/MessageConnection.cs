using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
using WampRouter.Transports.Admission;
using ConnectionInfo = WampRouter.Sessions.ConnectionInfo;

namespace WampRouter.Transports;

/// <summary>
/// What connections over a byte stream have in common: the read loop that drives the session, its wishes and failures, closing and
/// aborting from outside. A transport adds its framing and the way it says goodbye.
/// </summary>
/// <remarks>
/// The session and its <see cref="IMessageReceiver.Disconnected"/> run on the read loop, and so do all protected members. Other
/// threads only set a wish (<see cref="RequestClose"/>, <see cref="Abort()"/>) and wake the loop; the heartbeat writes through the outbox. The
/// transport's pipe is never touched from outside the loop, so it cannot be touched after its end.
/// </remarks>
internal abstract class MessageConnection : ITrackedConnection
{
    private const string NoRoomForMessage = "the router has no room for so large a message at the moment";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly ILogger _logger;
    private readonly OutputPump? _pump;
    private IMessageReceiver? _receiver;
    private DisconnectReason _endReason = DisconnectReason.ConnectionLost;
    private volatile bool _sessionIsBusy;
    private volatile bool _isHeldBack;
    private volatile bool _isInsideMessage;     // as the last read left it
    private int _messages;                      // that have come to their end; the read loop's, the heartbeat compares
    private EndWish _wish = new();
    private InboundShare _held;
    private MessageClock _clock;
    private StallWatch _stallWatch;
    private ReadPace _pace;
    private bool _toldOfPace;

    /// <summary>Takes over <paramref name="pipe"/>: read and written by this connection alone until <see cref="RunAsync"/> has ended.</summary>
    /// <param name="services">What all connections share.</param>
    /// <param name="logger">Where the connection logs.</param>
    /// <param name="pipe">The peer's end.</param>
    /// <param name="info">What the handshake found out.</param>
    /// <param name="framing">How messages to the peer share a frame; null where each has its own.</param>
    protected MessageConnection(TransportServices services, ILogger logger, IDuplexPipe pipe, ConnectionInfo info, IBatchFraming? framing = null)
    {
        _logger = logger;
        Services = services;
        _held = new InboundShare(services.Inbound);
        Input = pipe.Input;
        Info = info;
        _pump = OutputPump.IsTruePipe(pipe.Output) ? null : new OutputPump(pipe.Output);
        Outbox = new Outbox(_pump?.Writer ?? pipe.Output, services.Budget, services.Options.OutboxBytes, framing);
    }

    /// <inheritdoc />
    public Outbox Outbox { get; }

    /// <inheritdoc />
    public ConnectionInfo Info { get; }

    /// <inheritdoc />
    public int MaxMessageBytes => Services.Options.MaxMessageBytes;

    /// <summary>The size from which on a message ends the connection at this moment: see <see cref="IMessageReceiver.ReadsPastTooLarge"/>.</summary>
    internal int MaxReadBytes => _receiver!.ReadsPastTooLarge ? Services.Options.MaxOversizeBytes : Services.Options.MessageBytesBeforeLogin;

    /// <summary>Shared by all connections.</summary>
    protected TransportServices Services { get; }

    /// <summary>What the peer sends.</summary>
    protected PipeReader Input { get; }

    /// <summary>What it means that the input ends where no goodbye was said.</summary>
    protected virtual DisconnectReason ReasonAtEndOfInput => DisconnectReason.ConnectionLost;

    /// <summary>Whether the last read ended inside a message.</summary>
    protected abstract bool IsInsideMessage { get; }

    /// <summary>Whether the session is being awaited, or the peer has sent more than it may in a second: nothing is read meanwhile, so silence says nothing about the peer.</summary>
    protected bool IsSessionBusy => _sessionIsBusy || _isHeldBack;

    /// <summary>Whether the connection is to be dropped. Any thread.</summary>
    protected bool IsAborted => _wish.IsAbort;

    /// <summary>
    /// Begins a session and runs the connection, for which there must be a place in the roster, to its end; the pipe is then no longer used,
    /// and the caller's to complete. Called once.
    /// </summary>
    /// <returns>False where the caller should drop the transport at once; otherwise what is still in the pipe is worth sending.</returns>
    public async Task<bool> RunAsync(IReceiverFactory receivers)
    {
        _receiver = Begin(receivers);
        Services.Metrics.Opened(Info.Transport);
        Services.Roster.Add(this);

        // One async method less per open connection: an idle one should cost as little as it can.
        try
        {
            await ReceiveAsync();
        }
        catch (Exception e)
        {
            NoteLoss(e);
        }

        EndSession();
        try
        {
            await AwaitPeerAsync();
        }
        catch (Exception e)
        {
            NoteLoss(e);
        }

        Outbox.Close();
        await (_pump?.CompleteAsync() ?? Task.CompletedTask);
        Services.Admittance.Leave(this);
        Services.Metrics.Ended(Info.Transport, _endReason);
        return !IsAborted;
    }

    /// <inheritdoc />
    public void RequestClose() => CloseFor(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void Abort() => Abort(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        var closingFor = _wish.ClosingFor(now, Services.Time);
        if (closingFor is not { } closing)
        {
            WatchMessage(now);
            WatchStall(now);
            _receiver!.OnHeartbeat(now);
            OnOpenHeartbeat(now);
        }
        else if (closing >= Services.Options.CloseTimeout)
        {
            Abort();
        }
        else
        {
            OnClosingHeartbeat(closing);
        }
    }

    /// <inheritdoc />
    public bool IsEnding => _wish.IsPresent;

    /// <inheritdoc />
    public Lateness Taking { get; private set; }

    /// <inheritdoc />
    public Lateness Sending { get; private set; }

    /// <inheritdoc />
    public void EndForOutboxPressure()
    {
        ConnectionLog.OutboxPressure(_logger, Info.ConnectionId, Info.Address, _receiver!.AuthId, Taking.Duration.TotalSeconds, Taking.HeldBytes, Services.Budget.CapacityBytes, Services.Budget.ReservedBytes);
        Abort(DisconnectReason.OutboxPressure);
    }

    /// <inheritdoc />
    public void EndForInboundPressure()
    {
        ConnectionLog.InboundPressure(_logger, Info.ConnectionId, Info.Address, _receiver!.AuthId, Sending.Duration.TotalSeconds, Sending.HeldBytes, Services.Inbound.CapacityBytes, Services.Inbound.ReservedBytes);
        CloseFor(DisconnectReason.InboundPressure);
    }

    /// <summary>Takes whole messages off the front of <paramref name="buffer"/> until there is none, or until the session wants otherwise.</summary>
    protected abstract Progress Consume(ref ReadOnlySequence<byte> buffer, FlushBatch batch);

    /// <summary>Gives back what an unfinished message holds: nothing is delivered any more. Called once.</summary>
    protected abstract void ReleaseBuffers();

    /// <summary>The router ends the connection: enqueues what the transport says then, if anything.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="text">The same for the peer; may be empty.</param>
    /// <param name="batch">Flushed by the caller.</param>
    protected abstract void SayGoodbye(DisconnectReason reason, string text, FlushBatch batch);

    /// <summary>Waits for the peer's goodbye where the transport has one; the heartbeat bounds it by aborting.</summary>
    protected virtual Task AwaitPeerAsync() => Task.CompletedTask;

    /// <summary>Keepalive, while the connection is not closing. On the heartbeat's thread.</summary>
    protected virtual void OnOpenHeartbeat(long now)
    {
    }

    /// <summary>While the connection is closing and may still do so in an orderly way. On the heartbeat's thread.</summary>
    /// <param name="closingFor">How long it has been closing; less than <see cref="TransportOptions.CloseTimeout"/>.</param>
    protected virtual void OnClosingHeartbeat(TimeSpan closingFor)
    {
    }

    /// <summary>Hands a whole message, borrowed for the call, to the session.</summary>
    protected internal Progress Deliver(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        _messages++;
        try
        {
            return Obey(_receiver!.Receive(message, batch), batch);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, batch);
        }
    }

    /// <summary>Tells the session of a message that was read past, and hands it the beginning, borrowed for the call.</summary>
    protected internal Progress DeliverTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch)
    {
        _messages++;
        try
        {
            return Obey(_receiver!.ReceiveTooLarge(head, size, batch), batch);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, batch);
        }
    }

    /// <summary>Says in the log why a message ends the connection for its size, and in the answer what is told the peer.</summary>
    internal string ExplainTooLarge(long size)
    {
        if (size <= MaxMessageBytes)
        {
            ConnectionLog.TooLargeBeforeLogin(_logger, Info.ConnectionId, size, Services.Options.MessageBytesBeforeLogin);
            return FormattableString.Invariant($"a message has at most {Services.Options.MessageBytesBeforeLogin} bytes before the login, this one {size}");
        }

        ConnectionLog.TooLarge(_logger, Info.ConnectionId, size, MaxMessageBytes, Services.Options.MaxOversizeBytes);
        return FormattableString.Invariant($"a message has at most {MaxMessageBytes} bytes here, this one {size}");
    }

    /// <summary>Notes what an unfinished message holds now. Where there is no room for it, the connection ends.</summary>
    /// <param name="bytes">All that is held for it.</param>
    /// <param name="batch">Flushed by the caller.</param>
    internal Progress Hold(long bytes, FlushBatch batch)
    {
        if (_held.TryHold(bytes))
        {
            return Progress.Continue;
        }

        ConnectionLog.NoRoom(_logger, Info.ConnectionId, Info.Address, bytes, Services.Inbound.ReservedBytes, Services.Inbound.CapacityBytes);
        SayGoodbye(DisconnectReason.InboundPressure, NoRoomForMessage, batch);
        return End(DisconnectReason.InboundPressure);
    }

    /// <summary>No unfinished message holds anything.</summary>
    internal void LetGo() => _held.Clear();

    /// <summary>No message is delivered any more.</summary>
    protected Progress End(DisconnectReason reason)
    {
        _endReason = reason;
        return Progress.Ended;
    }

    private void CloseFor(DisconnectReason reason)
    {
        _wish.Close(Services.Time, reason);
        WakeReader();
    }

    /// <summary>The read loop looks at what is wished. Any thread, so it may have ended meanwhile.</summary>
    private void WakeReader()
    {
        try
        {
            Input.CancelPendingRead();
        }
        catch (ObjectDisposedException)
        {
            // A reader over a stream does not take it kindly once it is completed.
        }
    }

    /// <summary>Drops the connection. Any thread.</summary>
    protected void Abort(DisconnectReason reason)
    {
        _wish.Abort(reason);
        Outbox.Drop();
        _pump?.Abort();
        WakeReader();
    }

    /// <summary>Whatever reading throws, the connection is lost and the session must be told. The session's own exceptions never get here.</summary>
    private void NoteLoss(Exception e)
    {
        if (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            ConnectionLog.ConnectionLost(_logger, Info.ConnectionId, e.Message);
        }
        else
        {
            ConnectionLog.ReadingFailed(_logger, e, Info.ConnectionId);
        }
    }

    private IMessageReceiver Begin(IReceiverFactory receivers)
    {
        try
        {
            return receivers.Create(this);
        }
        catch
        {
            Services.Admittance.Leave(Info.Address);
            throw;
        }
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var read = await Input.ReadAsync();
            var buffer = read.Buffer;
            var (before, size) = (_messages, buffer.Length);
            var progress = Consume(ref buffer);
            while (progress == Progress.Wait)
            {
                (progress, read) = await ResumeAsync(buffer);
                buffer = read.Buffer;
                progress = progress == Progress.Continue ? Consume(ref buffer) : progress;
            }

            if (progress == Progress.Ended)
            {
                Input.AdvanceTo(buffer.Start); // what is left was not looked at: the peer's goodbye may lie in it, and nothing may follow
                return;
            }

            size -= buffer.Length;
            Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                _endReason = ReasonAtEndOfInput;
                return;
            }

            if (ReadPace.IsLimited(Services, _receiver!.Rates)
                && _pace.Charge(Services, Info.Address, _receiver.Rates, _messages - before, size) is var pause && pause > TimeSpan.Zero)
            {
                await HoldBackAsync(pause);
            }
        }
    }

    /// <summary>Does not read for a while: the peer's socket fills, and it sends more slowly. In pieces, so that an end is not held back.</summary>
    private async ValueTask HoldBackAsync(TimeSpan pause)
    {
        if (!_toldOfPace)
        {
            _toldOfPace = true;
            ConnectionLog.HeldBack(_logger, Info.ConnectionId, Info.Address, _receiver!.AuthId);
        }

        _isHeldBack = true;
        while (pause > TimeSpan.Zero && !_wish.IsPresent)
        {
            var piece = pause < LongestPause ? pause : LongestPause;
            await Task.Delay(piece, Services.Time);
            Services.Metrics.HeldBack(Info.Transport, piece);
            pause -= piece;
        }

        _isHeldBack = false;
    }

    /// <summary>Takes what one read brought, and flushes whatever it caused.</summary>
    private Progress Consume(ref ReadOnlySequence<byte> buffer)
    {
        var batch = FlushBatch.OfThread;
        var progress = _wish.IsPresent ? EndByRequest(batch) : Consume(ref buffer, batch);
        _isInsideMessage = IsInsideMessage || !buffer.IsEmpty;
        batch.Flush();
        return progress;
    }

    /// <summary>Awaits the session, and reads on meanwhile without looking at what comes: only that shows whether the peer is still there.</summary>
    /// <param name="unread">What is left of the last read, which this gives back.</param>
    /// <returns>What the session says, and the read that takes the last one's place.</returns>
    private async Task<(Progress Progress, ReadResult Read)> ResumeAsync(ReadOnlySequence<byte> unread)
    {
        var resuming = ResumeAsync().AsTask();
        try
        {
            while (true)
            {
                Input.AdvanceTo(unread.Start, unread.End);
                var reading = Input.ReadAsync().AsTask();
                await Task.WhenAny(resuming, reading);
                if (resuming.IsCompleted && !reading.IsCompleted)
                {
                    Input.CancelPendingRead();
                }

                var read = await reading;
                unread = read.Buffer;
                if (read.IsCompleted || IsAborted)
                {
                    _receiver!.PeerIsGone();
                    return (await resuming, read);
                }

                if (resuming.IsCompleted)
                {
                    return (await resuming, read);
                }
            }
        }
        catch
        {
            _receiver!.PeerIsGone();
            await resuming;         // the session is told of the loss after it has come to rest
            throw;
        }
    }

    /// <summary>On the heartbeat's thread.</summary>
    private void WatchMessage(long now)
    {
        var comingFor = _clock.Look(now, Services.Time, _isInsideMessage, Volatile.Read(in _messages), isHeldUp: IsSessionBusy);
        Sending = new Lateness(comingFor, _held.SharedBytes);
        if (comingFor >= Services.Options.MessageTimeout)
        {
            ConnectionLog.MessageTimeout(_logger, Info.ConnectionId, Info.Address, _receiver!.AuthId, comingFor.TotalSeconds, Sending.HeldBytes);
            CloseFor(DisconnectReason.MessageTimeout);
        }
    }

    /// <summary>On the heartbeat's thread. A peer that pings and never reads is alive, and takes room from others all the same.</summary>
    private void WatchStall(long now)
    {
        Taking = _stallWatch.Look(now, Services.Time, Outbox.Backlog);
        if (!IsAborted && _stallWatch.IsStalled(Taking, Services.Options.StallTimeout))
        {
            ConnectionLog.Stalled(_logger, Info.ConnectionId, Info.Address, _receiver!.AuthId, Taking.Duration.TotalSeconds, Taking.HeldBytes);
            Abort(DisconnectReason.Stalled);
        }
    }

    private async ValueTask<Progress> ResumeAsync()
    {
        try
        {
            _sessionIsBusy = true;
            var status = await _receiver!.ResumeAsync();
            return Obey(status, FlushBatch.OfThread);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, FlushBatch.OfThread);
        }
        finally
        {
            _sessionIsBusy = false;
            FlushBatch.OfThread.Flush();
        }
    }

    private Progress Obey(ReceiveStatus status, FlushBatch batch) => status switch
    {
        ReceiveStatus.Continue => _wish.IsPresent ? EndByRequest(batch) : Progress.Continue,
        ReceiveStatus.Wait => Progress.Wait,
        _ => EndByRequest(batch),
    };

    private Progress EndByRequest(FlushBatch batch)
    {
        var reason = _wish.CloseReason;
        var text = reason switch
        {
            DisconnectReason.MessageTimeout => $"a message may take {Services.Options.MessageTimeout} here",
            DisconnectReason.InboundPressure => NoRoomForMessage,
            _ => string.Empty,
        };
        SayGoodbye(reason, text, batch);
        return End(reason);
    }

    private Progress EndByOurFault(Exception e, FlushBatch batch)
    {
        ConnectionLog.SessionFailed(_logger, e, Info.ConnectionId);
        SayGoodbye(DisconnectReason.SessionFailed, "internal error", batch);
        return End(DisconnectReason.SessionFailed);
    }

    private void EndSession()
    {
        _endReason = _wish.ReasonOr(_endReason);
        _wish.StartClock(Services.Time);
        ReleaseBuffers();
        _held.Clear();
        try
        {
            _receiver!.Disconnected(_endReason);
        }
        catch (Exception e)
        {
            ConnectionLog.SessionFailed(_logger, e, Info.ConnectionId);
        }

        // What the session's end told others: nobody else flushes for it.
        FlushBatch.OfThread.Flush();
    }
}
