using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>
/// Reads one connection: pulls frame after frame out of its pipe, hands the messages to the session, and does what that wants next. Everything of one read is
/// routed on this thread, then each outbox it touched is flushed once.
/// </summary>
/// <remarks>One thread at a time, but for the few properties that say so.</remarks>
internal sealed class ReadLoop(TransportServices services, TransportLink link, IMessageReceiver receiver, KeepAlive keepAlive, ConnectionEnding ending)
{
    /// <summary>What is read ahead of a session that is awaited: beyond it nothing more is taken off the socket, whose peer shows by what it has sent that it is there.</summary>
    private const int MostReadAhead = 64 * 1024;

    /// <summary>How late a connection that is dropped meanwhile is noticed.</summary>
    private static readonly TimeSpan LongestBlindness = TimeSpan.FromMilliseconds(200);

    private readonly FrameReader _frames = link.Framing.Frames;
    private InboundShare _held = new(services.Inbound);
    private ReadPace? _pace;                    // once something limits it
    private volatile bool _sessionIsBusy;
    private volatile bool _isHeldBack;
    private volatile bool _isInsideMessage;
    private int _messages;

    /// <summary>How many messages have come to their end. Any thread.</summary>
    public int Messages => Volatile.Read(in _messages);

    /// <summary>Whether the last read ended inside a message. Any thread.</summary>
    public bool IsInsideMessage => _isInsideMessage;

    /// <summary>What the unfinished message takes of the room that all share, in bytes. Any thread.</summary>
    public long SharedBytes => _held.SharedBytes;

    /// <summary>
    /// Whether the session is being awaited, or the peer has sent more than it may in a second: nothing is read meanwhile, so silence says nothing about the peer. Any thread.
    /// </summary>
    public bool IsHeldUp => _sessionIsBusy || _isHeldBack;

    /// <summary>Why the session ended; from <see cref="End"/> on.</summary>
    public DisconnectReason EndReason { get; private set; }

    private PipeReader Input => link.Pipe.Input;

    /// <summary>The size from which on a message ends the connection at this moment: see <see cref="IMessageReceiver.ReadsPastTooLarge"/>.</summary>
    private int MaxReadBytes => !receiver.ReadsPastTooLarge ? MaxMessageBytesBeforeLogin : _frames.ReadsPastTooLarge ? Math.Max(services.Options.MaxOversizeBytes, MaxMessageBytes) : MaxMessageBytes;

    /// <summary>What the peer was told in WELCOME, or will be.</summary>
    private int MaxMessageBytes => _frames.Limits.MessageBytes;

    private int MaxMessageBytesBeforeLogin => Math.Min(services.Options.MaxMessageBytesBeforeLogin, MaxMessageBytes);

    /// <summary>Reads until the connection ends, by whosever wish. An idle connection waits here: what is awaited seldom has methods of its own, so that this one keeps little.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            var progress = Take(await Input.ReadAsync());
            if (progress == Progress.Wait)
            {
                progress = await ContinueAsync();
            }

            if (progress == Progress.Ended)
            {
                return;
            }

            if (_pace is { IsPauseDue: true })
            {
                await HoldBackAsync(_pace);
            }
        }
    }

    /// <summary>Tells the session that it has come to its end, and gives back what an unfinished message holds. Once, after <see cref="RunAsync"/>.</summary>
    public void End()
    {
        EndReason = ending.Reason;
        ending.StartClock();
        _frames.Release();
        _held.Clear();
        try
        {
            receiver.Disconnected(EndReason);
        }
        catch (Exception e)
        {
            ConnectionLog.SessionFailed(link.Logger, e, link.Info.ConnectionId);
        }

        // What the session's end told others: nobody else flushes for it.
        FlushBatch.OfThread.Flush();
    }

    /// <summary>Takes what one read brought, and flushes whatever it caused.</summary>
    /// <param name="buffer">Shortened by what was taken.</param>
    internal Progress Take(ref ReadOnlySequence<byte> buffer)
    {
        var batch = FlushBatch.OfThread;
        var progress = ending.IsWished ? ending.Obey(batch) : Pull(ref buffer, batch);
        _isInsideMessage = _frames.IsInsideMessage || !buffer.IsEmpty;
        batch.Flush();
        return progress;
    }

    /// <summary>Takes one read, and gives the pipe back what of it was not taken.</summary>
    private Progress Take(in ReadResult read)
    {
        var buffer = read.Buffer;
        var (before, size) = (_messages, buffer.Length);
        var progress = Take(ref buffer);
        if (progress == Progress.Ended)
        {
            Input.AdvanceTo(buffer.Start); // what is left was not looked at: the peer's goodbye may lie in it, and nothing may follow
            return progress;
        }

        size -= buffer.Length;
        Input.AdvanceTo(buffer.Start, buffer.End);
        if (ReadPace.IsLimited(services, receiver.Rates))
        {
            (_pace ??= new ReadPace(services, link)).Charge(receiver.Rates, _messages - before, size + _frames.TakeInflatedBytes());
        }

        return progress != Progress.Wait && read.IsCompleted ? ending.EndOfInput() : progress;
    }

    private Progress Pull(ref ReadOnlySequence<byte> buffer, FlushBatch batch)
    {
        keepAlive.Heard();
        var input = new SequenceReader<byte>(buffer);
        Progress progress;
        do
        {
            var found = _frames.Next(ref input, MaxReadBytes, out var payload);
            progress = found == FrameRead.Message ? Deliver(payload, batch) : Handle(found, payload, batch);
        }
        while (progress == Progress.Continue);

        if (progress == Progress.Wait)
        {
            _frames.Release();
            _held.TryHold(_frames.HeldBytes);       // no more than before
        }

        keepAlive.EndRead(batch);
        buffer = buffer.Slice(input.Position);
        return progress;
    }

    private Progress Handle(FrameRead found, ReadOnlySpan<byte> payload, FlushBatch batch)
    {
        switch (found)
        {
            case FrameRead.NeedMore:
                return Hold(batch) == Progress.Ended ? Progress.Ended : Progress.NeedMore;
            case FrameRead.Part:
                return Hold(batch);
            case FrameRead.ReadPast:
                return DeliverTooLarge(payload, batch);
            case FrameRead.TooLong:
                return Fail(ExplainTooLong(_frames.MessageBytes), batch);
            case FrameRead.Ping:
                keepAlive.OnPing(payload, batch);
                return Progress.Continue;
            case FrameRead.Pong:
                keepAlive.OnPong(payload);
                return Progress.Continue;
            case FrameRead.Goodbye:
                return ending.SayGoodbye(DisconnectReason.ClosedByPeer, string.Empty, batch);
            default:
                return Fail(_frames.Fault, batch);
        }
    }

    /// <summary>Hands a whole message, borrowed for the call, to the session.</summary>
    private Progress Deliver(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        _messages++;
        try
        {
            return Obey(receiver.Receive(message, batch), batch);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, batch);
        }
    }

    /// <summary>Tells the session of a message that was read past, and hands it the beginning, borrowed for the call.</summary>
    private Progress DeliverTooLarge(ReadOnlySpan<byte> head, FlushBatch batch)
    {
        _messages++;
        try
        {
            return Obey(receiver.ReceiveTooLarge(head, _frames.MessageBytes, batch), batch);
        }
        catch (Exception e)
        {
            return EndByOurFault(e, batch);
        }
    }

    private Progress Obey(ReceiveStatus status, FlushBatch batch) => status switch
    {
        ReceiveStatus.Continue => ending.IsWished ? ending.Obey(batch) : Progress.Continue,
        ReceiveStatus.Wait => Progress.Wait,
        _ => ending.Obey(batch),
    };

    /// <summary>Notes what an unfinished message holds now. Where there is no room for it, the connection ends.</summary>
    private Progress Hold(FlushBatch batch)
    {
        var bytes = _frames.HeldBytes;
        if (_held.TryHold(bytes))
        {
            return Progress.Continue;
        }

        ConnectionLog.NoRoom(link.Logger, link.Info.ConnectionId, link.Info.Address, bytes, services.Inbound.ReservedBytes, services.Inbound.CapacityBytes);
        return ending.SayGoodbye(DisconnectReason.InboundPressure, InboundShare.NoRoom, batch);
    }

    /// <summary>Ends the connection because the peer broke a rule of the transport.</summary>
    private Progress Fail(string fault, FlushBatch batch)
    {
        link.Framing.ReportFault(link.Info.ConnectionId, fault);
        return ending.SayGoodbye(DisconnectReason.TransportViolation, fault, batch);
    }

    private Progress EndByOurFault(Exception e, FlushBatch batch)
    {
        ConnectionLog.SessionFailed(link.Logger, e, link.Info.ConnectionId);
        return ending.SayGoodbye(DisconnectReason.SessionFailed, "internal error", batch);
    }

    /// <summary>Says in the log why a message ends the connection for its size, and in the answer what is told the peer.</summary>
    private string ExplainTooLong(long size)
    {
        if (!receiver.ReadsPastTooLarge)
        {
            var most = MaxMessageBytesBeforeLogin;
            ConnectionLog.TooLargeBeforeLogin(link.Logger, link.Info.ConnectionId, size, most);
            return FormattableString.Invariant($"a message has at most {most} bytes before the login, this one {size}");
        }

        if (_frames.ReadsPastTooLarge)
        {
            ConnectionLog.TooLarge(link.Logger, link.Info.ConnectionId, size, MaxMessageBytes, services.Options.MaxOversizeBytes);
        }
        else
        {
            ConnectionLog.TooLargeForHandshake(link.Logger, link.Info.ConnectionId, size, MaxMessageBytes);
        }

        return FormattableString.Invariant($"a message has at most {MaxMessageBytes} bytes here, this one {size}");
    }

    private async Task HoldBackAsync(ReadPace pace)
    {
        _isHeldBack = true;
        await pace.HoldBackAsync(receiver.AuthId, ending);
        _isHeldBack = false;
    }

    /// <summary>Awaits the session, as often as it wants that, and takes what has come meanwhile.</summary>
    private async Task<Progress> ContinueAsync()
    {
        Progress progress;
        do
        {
            (progress, var read) = await ReadWhileResumingAsync();
            if (progress == Progress.Continue)
            {
                progress = Take(read);
            }
            else
            {
                Input.AdvanceTo(read.Buffer.Start, progress == Progress.Wait ? read.Buffer.End : read.Buffer.Start);
            }
        }
        while (progress == Progress.Wait);

        return progress;
    }

    /// <summary>Awaits the session, and reads on meanwhile without looking at what comes: only that shows whether the peer is still there.</summary>
    /// <returns>What the session says, and a read that has not been given back.</returns>
    private async Task<(Progress Progress, ReadResult Read)> ReadWhileResumingAsync()
    {
        var resuming = ResumeAsync().AsTask();
        try
        {
            while (true)
            {
                var reading = Input.ReadAsync().AsTask();
                await Task.WhenAny(resuming, reading);
                if (resuming.IsCompleted && !reading.IsCompleted)
                {
                    Input.CancelPendingRead();
                }

                var read = await reading;
                if (read.IsCompleted || ending.IsAborted)
                {
                    receiver.PeerIsGone();
                    return (await resuming, read);
                }

                if (resuming.IsCompleted)
                {
                    return (await resuming, read);
                }

                // What is examined no longer counts for the bound of the pipe: who sends on and on would fill the memory.
                var isEnough = read.Buffer.Length >= MostReadAhead;
                Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (isEnough)
                {
                    await AwaitUnreadAsync(resuming);
                }
            }
        }
        catch
        {
            receiver.PeerIsGone();
            await resuming;         // the session is told of the loss after it has come to rest
            throw;
        }
    }

    /// <summary>Awaits the session without reading, until it is through or the connection is dropped. The next read returns at once.</summary>
    private async Task AwaitUnreadAsync(Task resuming)
    {
        while (!resuming.IsCompleted && !ending.IsAborted)
        {
            await Task.WhenAny(resuming, Task.Delay(LongestBlindness, services.Time));
        }

        Input.CancelPendingRead();
    }

    private async ValueTask<Progress> ResumeAsync()
    {
        try
        {
            _sessionIsBusy = true;
            var status = await receiver.ResumeAsync();
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
}
