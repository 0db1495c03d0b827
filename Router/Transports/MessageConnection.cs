using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
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
internal abstract partial class MessageConnection : ITrackedConnection
{
    private readonly ILogger _logger;
    private readonly OutputPump? _pump;
    private IMessageReceiver? _receiver;
    private DisconnectReason _endReason = DisconnectReason.ConnectionLost;
    private volatile bool _sessionIsBusy;
    private EndWish _wish = new();

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
    internal int MaxReadBytes => _receiver!.ReadsPastTooLarge ? Services.Options.MaxOversizeBytes : MaxMessageBytes;

    /// <summary>Shared by all connections.</summary>
    protected TransportServices Services { get; }

    /// <summary>What the peer sends.</summary>
    protected PipeReader Input { get; }

    /// <summary>What it means that the input ends where no goodbye was said.</summary>
    protected virtual DisconnectReason ReasonAtEndOfInput => DisconnectReason.ConnectionLost;

    /// <summary>Whether the session is being awaited: nothing is read meanwhile, so silence says nothing about the peer.</summary>
    protected bool IsSessionBusy => _sessionIsBusy;

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
        Services.Roster.Leave(this);
        Services.Metrics.Ended(Info.Transport, _endReason);
        return !IsAborted;
    }

    /// <inheritdoc />
    public void RequestClose()
    {
        _wish.Close(Services.Time);
        Input.CancelPendingRead();
    }

    /// <inheritdoc />
    public void Abort() => Abort(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        var closingFor = _wish.ClosingFor(now, Services.Time);
        if (closingFor is not { } closing)
        {
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

    /// <summary>Takes whole messages off the front of <paramref name="buffer"/> until there is none, or until the session wants otherwise.</summary>
    protected abstract Progress Consume(ref ReadOnlySequence<byte> buffer, FlushBatch batch);

    /// <summary>Gives back what an unfinished message holds: nothing is delivered any more. Called once.</summary>
    protected abstract void ReleaseBuffers();

    /// <summary>The router ends the connection: enqueues what the transport says then, if anything.</summary>
    /// <param name="isOurFault">The session failed.</param>
    /// <param name="batch">Flushed by the caller.</param>
    protected abstract void SayGoodbye(bool isOurFault, FlushBatch batch);

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
        Log.TooLarge(_logger, Info.ConnectionId, size, MaxMessageBytes, Services.Options.MaxOversizeBytes);
        return FormattableString.Invariant($"a message has at most {MaxMessageBytes} bytes here, this one {size}");
    }

    /// <summary>No message is delivered any more.</summary>
    protected Progress End(DisconnectReason reason)
    {
        _endReason = reason;
        return Progress.Ended;
    }

    /// <summary>Drops the connection. Any thread.</summary>
    protected void Abort(DisconnectReason reason)
    {
        _wish.Abort(reason);
        Outbox.Close();
        _pump?.Abort();
        Input.CancelPendingRead();
    }

    /// <summary>Whatever reading throws, the connection is lost and the session must be told. The session's own exceptions never get here.</summary>
    private void NoteLoss(Exception e)
    {
        if (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.ConnectionLost(_logger, Info.ConnectionId, e.Message);
        }
        else
        {
            Log.ReadingFailed(_logger, e, Info.ConnectionId);
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
            Services.Roster.Leave();
            throw;
        }
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var read = await Input.ReadAsync();
            var buffer = read.Buffer;
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

            Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                _endReason = ReasonAtEndOfInput;
                return;
            }
        }
    }

    /// <summary>Takes what one read brought, and flushes whatever it caused.</summary>
    private Progress Consume(ref ReadOnlySequence<byte> buffer)
    {
        var batch = FlushBatch.OfThread;
        var progress = _wish.IsPresent ? EndByRequest(batch) : Consume(ref buffer, batch);
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
        SayGoodbye(isOurFault: false, batch);
        return End(DisconnectReason.ClosedByRouter);
    }

    private Progress EndByOurFault(Exception e, FlushBatch batch)
    {
        Log.SessionFailed(_logger, e, Info.ConnectionId);
        SayGoodbye(isOurFault: true, batch);
        return End(DisconnectReason.ClosedByRouter);
    }

    private void EndSession()
    {
        _endReason = _wish.ReasonOr(_endReason);
        _wish.StartClock(Services.Time);
        ReleaseBuffers();
        try
        {
            _receiver!.Disconnected(_endReason);
        }
        catch (Exception e)
        {
            Log.SessionFailed(_logger, e, Info.ConnectionId);
        }

        // What the session's end told others: nobody else flushes for it.
        FlushBatch.OfThread.Flush();
    }

    private static partial class Log
    {
        [LoggerMessage(1102, LogLevel.Debug, "{ConnectionId} was lost: {Reason}")]
        public static partial void ConnectionLost(ILogger logger, string connectionId, string reason);

        [LoggerMessage(1105, LogLevel.Information, "{ConnectionId} ends for a message of {Size} bytes: WampRouter:Transports:MaxMessageBytes is {Limit}, and messages are read past after the login only, up to WampRouter:Transports:MaxOversizeBytes, {MostBytes}")]
        public static partial void TooLarge(ILogger logger, string connectionId, long size, int limit, int mostBytes);

        [LoggerMessage(1104, LogLevel.Warning, "Reading from {ConnectionId} failed in an unforeseen way; it counts as lost")]
        public static partial void ReadingFailed(ILogger logger, Exception exception, string connectionId);

        [LoggerMessage(1103, LogLevel.Error, "The session of {ConnectionId} failed; its connection was closed")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string connectionId);
    }
}
