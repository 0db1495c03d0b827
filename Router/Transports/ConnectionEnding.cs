using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// How one connection comes to its end: who wished it from outside, what is said to the peer, and how long its answer is waited for.
/// </summary>
/// <remarks>
/// Any thread may wish; the read loop obeys, says goodbye and waits. The pipe is never touched from outside the loop but for waking it, so it cannot be
/// touched after its end.
/// </remarks>
internal sealed class ConnectionEnding(TransportServices services, TransportLink link, Outbox outbox, OutputPump? pump)
{
    /// <summary>What is read of a peer whose connection has failed and that goes on sending: more than any message it may send.</summary>
    private const long MostDrainedBytes = 64 * 1024 * 1024;

    /// <summary>How long such a peer is read.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);

    private EndWish _wish = new();
    private DisconnectReason _reason = DisconnectReason.ConnectionLost;
    private bool _goodbyeSaid;
    private bool _goodbyeHeard;
    private volatile bool _failed;              // nothing more of the peer needs to be understood (RFC 6455 section 7.1.7)
    private volatile bool _drainedLongEnough;

    private PipeReader Input => link.Pipe.Input;

    /// <summary>Whether somebody outside the read loop wants the end, one way or the other. Any thread.</summary>
    public bool IsWished => _wish.IsPresent;

    /// <summary>Whether the connection is to be dropped. Any thread.</summary>
    public bool IsAborted => _wish.IsAbort;

    /// <summary>Why the connection ends.</summary>
    public DisconnectReason Reason => _wish.ReasonOr(_reason);

    /// <summary>Wants an orderly end. Any thread.</summary>
    public void Close(DisconnectReason reason)
    {
        _wish.Close(services.Time, reason);
        WakeReader();
    }

    /// <summary>Drops the connection. Any thread.</summary>
    public void Abort(DisconnectReason reason)
    {
        _wish.Abort(reason);
        outbox.Drop();
        pump?.Abort();
        WakeReader();
    }

    /// <summary>How long the connection has been closing; null while it is not. Any thread.</summary>
    public TimeSpan? ClosingFor(long now) => _wish.ClosingFor(now, services.Time);

    /// <summary>While it is closing: not for longer than it may. On the heartbeat's thread.</summary>
    public void OnHeartbeat(TimeSpan closingFor)
    {
        if (closingFor >= services.Options.CloseTimeout)
        {
            Abort(DisconnectReason.ClosedByRouter);
        }
        else if ((_failed || link.Framing.EndsWithStream) && closingFor >= LongestDrain)
        {
            _drainedLongEnough = true;
            WakeReader();
        }
    }

    /// <summary>No message is delivered any more. Read loop only, as all that follow.</summary>
    public Progress End(DisconnectReason reason)
    {
        _reason = reason;
        return Progress.Ended;
    }

    /// <summary>The peer sends nothing any more. Where the framing has no goodbye, that of the session tells whether it was to be expected.</summary>
    public Progress EndOfInput() => End(link.Framing.EndsWithStream && outbox.IsSealed ? DisconnectReason.ClosedByPeer : link.Framing.AtEndOfInput);

    /// <summary>Says goodbye where the framing has a word for it, and ends.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="text">The same for the peer; may be empty.</param>
    /// <param name="batch">Flushed by the caller.</param>
    public Progress SayGoodbye(DisconnectReason reason, string text, FlushBatch batch)
    {
        // A peer in the middle of a message may not have been asked to end it: nobody waits for its goodbye then.
        _failed |= reason is DisconnectReason.TransportViolation or DisconnectReason.InboundPressure or DisconnectReason.MessageTimeout;
        _goodbyeHeard |= reason is DisconnectReason.ClosedByPeer;
        Span<byte> room = stackalloc byte[ConnectionFraming.MaxControlBytes];
        var goodbye = link.Framing.Goodbye(room, reason, text);
        _goodbyeSaid = !goodbye.IsEmpty;
        if (_goodbyeSaid && Enqueue(goodbye, batch) == EnqueueResult.Full)
        {
            Abort(DisconnectReason.ClosedByRouter); // the peer does not read: it would not see the goodbye either
        }

        return End(reason);
    }

    /// <summary>Does what was wished, or what the session wants.</summary>
    public Progress Obey(FlushBatch batch)
    {
        var reason = _wish.CloseReason;
        var text = reason switch
        {
            DisconnectReason.MessageTimeout => $"a message may take {services.Options.MessageTimeout} here",
            DisconnectReason.InboundPressure => InboundShare.NoRoom,
            _ => string.Empty,
        };
        return SayGoodbye(reason, text, batch);
    }

    /// <summary>From now on the close timeout runs.</summary>
    public void StartClock() => _wish.StartClock(services.Time);

    /// <summary>Waits for the peer's goodbye where one is due; the heartbeat bounds it by aborting.</summary>
    public Task AwaitPeerAsync() => link.Framing.EndsWithStream ? AwaitEndAsync() : !_goodbyeSaid ? Task.CompletedTask : _failed ? DrainAsync() : AwaitGoodbyeAsync();

    /// <summary>RFC 6455 section 7.1.1: who said goodbye first waits for the other's.</summary>
    private async Task AwaitGoodbyeAsync()
    {
        while (!_goodbyeHeard && !IsAborted)
        {
            var read = await Input.ReadAsync();
            _goodbyeHeard = SkipToGoodbye(read.Buffer, out var taken) || read.IsCompleted;
            Input.AdvanceTo(taken, read.Buffer.End);
        }
    }

    private EnqueueResult Enqueue(ReadOnlySpan<byte> goodbye, FlushBatch batch) =>
        link.Framing.EndsWithStream ? outbox.TryEnqueueFinal(goodbye, batch) : outbox.TryEnqueueLast(goodbye, batch);

    /// <summary>Who has no word for goodbye, and is still sending, ends the stream when it has read our last word: until then, and for a moment at most, what it sends is dropped.</summary>
    private Task AwaitEndAsync() => _reason is DisconnectReason.ClosedByPeer or DisconnectReason.ConnectionLost ? Task.CompletedTask : DrainAsync();

    private bool SkipToGoodbye(ReadOnlySequence<byte> buffer, out SequencePosition taken)
    {
        var reader = new SequenceReader<byte>(buffer);
        var isFound = link.Framing.Frames.SkipToGoodbye(ref reader);
        taken = reader.Position;
        return isFound;
    }

    /// <summary>
    /// RFC 6455 section 7.1.7: after a failure of the connection nobody waits for the peer's goodbye. Only what has come is read, and the rest of the
    /// frame that the peer is sending: a socket that is closed before it was read resets the peer's, and the reason in our goodbye is lost. Where the end of the stream
    /// is the goodbye, a peer that goes on sending is read up to that.
    /// </summary>
    private async Task DrainAsync()
    {
        var drained = 0L;
        while (!IsAborted && !_drainedLongEnough && drained < MostDrainedBytes)
        {
            ReadResult read;
            if (link.Framing.Frames.IsInsideFrame || (link.Framing.EndsWithStream && drained > 0))
            {
                read = await Input.ReadAsync();
            }
            else if (!Input.TryRead(out read))
            {
                return;
            }

            drained += read.Buffer.Length;
            link.Framing.Frames.Skip(read.Buffer.Length);
            Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
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
}
