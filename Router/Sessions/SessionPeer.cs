using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>A session's outgoing side, as its realm sees it: enqueues frames, and acts when the peer does not keep up. Any thread.</summary>
internal sealed partial class SessionPeer(Session session, IConnection connection, SessionContext context) : IPeer
{
    private int _overflowed;
    private int _reportedDrop;
    private int _reportedRefusal;
    private NotedRequests? _noted;      // null until there is something to note
    private long _receivedMessages;     // this and the next are written by the read loop only; other threads may see them one message late
    private long _receivedBytes;

    /// <summary>The queue of frames for the peer.</summary>
    public Outbox Outbox { get; } = connection.Outbox;

    /// <inheritdoc />
    public WireEncoding Encoding { get; } = connection.Info.Encoding;

    /// <inheritdoc />
    public int MaxMessageBytes { get; } = connection.Info.MaxSendBytes;

    /// <inheritdoc />
    public PeerTraffic Traffic
    {
        get
        {
            var (messages, bytes) = Outbox.Messages;
            return new PeerTraffic(Volatile.Read(ref _receivedMessages), Volatile.Read(ref _receivedBytes), messages, bytes);
        }
    }

    /// <summary>The realm of the session; null until it has joined.</summary>
    public HostedRealm? Realm { get; set; }

    /// <inheritdoc />
    public SendOutcome Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null)
    {
        if (IsTooLong(frame))
        {
            return SendOutcome.TooLong;
        }

        var result = Outbox.TryEnqueue(frame, batch, gate);
        if (result == EnqueueResult.Full)
        {
            Disconnect();
        }

        return result == EnqueueResult.Accepted ? SendOutcome.Taken : SendOutcome.Gone;
    }

    /// <inheritdoc />
    public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null)
    {
        if (IsTooLong(frame))
        {
            return SendOutcome.TooLong;
        }

        var result = Outbox.TryEnqueueExpendable(frame, gate, batch);
        if (result == EnqueueResult.Full)
        {
            ReportRefusal();
        }

        return OutcomeOf(result);
    }

    /// <inheritdoc />
    public SendOutcome SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch)
    {
        if (IsTooLong(frame))
        {
            return SendOutcome.TooLong;
        }

        var result = Outbox.TryEnqueueExpendable(frame, gate, batch);
        if (result == EnqueueResult.Full)
        {
            OnEventOverflow();
        }

        return OutcomeOf(result);
    }

    /// <inheritdoc />
    public void Note(in Remark remark)
    {
        if (_noted is null)
        {
            Interlocked.CompareExchange(ref _noted, new NotedRequests(), null);
        }

        switch (_noted.Add(remark))
        {
            case Noting.New:
                SessionLog.RequestNoted(context.Logger, connection.Info.ConnectionId, remark.Member, remark.ToString());
                break;
            case Noting.OneTooMany:
                SessionLog.NoMoreRequestsNoted(context.Logger, connection.Info.ConnectionId, remark.Member.Session);
                break;
        }
    }

    /// <summary>Counts a message from the peer. Read loop only.</summary>
    public void CountReceived(int bytes)
    {
        _receivedMessages++;
        _receivedBytes += bytes;
    }

    /// <inheritdoc />
    public void Close(string reason, string? message, MemberIdentity? by) => session.Kill(reason, message, by);

    /// <summary>Counts an EVENT that was dropped because the outbox was full; logs the first one.</summary>
    public void CountDropped()
    {
        context.Metrics.EventDropped();
        if (Interlocked.Exchange(ref _reportedDrop, 1) == 0)
        {
            context.Metrics.OutboxFull();
            Log.Dropping(context.Logger, connection.Info.ConnectionId, connection.Info.Address);
        }
    }

    /// <summary>Logs once that calls to this peer, or results for it, are refused because its outbox is full. The callers and callees get an error each time.</summary>
    public void ReportRefusal()
    {
        if (Interlocked.Exchange(ref _reportedRefusal, 1) == 0)
        {
            context.Metrics.OutboxFull();
            Log.Refusing(context.Logger, connection.Info.ConnectionId, connection.Info.Address);
        }
    }

    /// <summary>Ends the connection. Nothing is enqueued any more, so the peer never sees a gap; the read loop cleans up.</summary>
    public void Disconnect()
    {
        if (Interlocked.Exchange(ref _overflowed, 1) == 0)
        {
            Outbox.Close();
            context.Metrics.Overflow();
            context.Metrics.OutboxFull();
            Log.Overflow(context.Logger, connection.Info.ConnectionId, connection.Info.Address);
            connection.Abort();
        }
    }

    private static SendOutcome OutcomeOf(EnqueueResult result) => result switch
    {
        EnqueueResult.Accepted => SendOutcome.Taken,
        EnqueueResult.Full => SendOutcome.NoRoom,
        _ => SendOutcome.Gone,
    };

    /// <summary>Whether a frame exceeds what the transport carries to the peer. The frame's header does not count, so a frame up to its size longer passes here, and is measured without it.</summary>
    private bool IsTooLong(ReadOnlySpan<byte> frame) => frame.Length > MaxMessageBytes && frame.Length - FrameHeader.SizeOf(Encoding, frame.Length) > MaxMessageBytes;

    private void OnEventOverflow()
    {
        if (Realm?.Settings.Overflow is not OverflowPolicy.DropEvents)
        {
            Disconnect();
        }
        else
        {
            CountDropped();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1220, LogLevel.Warning, "{Connection} ({Address}): disconnected, its outbox is full: the peer does not read fast enough")]
        public static partial void Overflow(ILogger logger, string connection, AddressBlock? address);

        [LoggerMessage(1221, LogLevel.Warning, "{Connection} ({Address}): its outbox is full, EVENTs for it are dropped and counted; logged once")]
        public static partial void Dropping(ILogger logger, string connection, AddressBlock? address);

        [LoggerMessage(1222, LogLevel.Warning, "{Connection} ({Address}): its outbox is full, calls to it and progressive results for it are refused; logged once")]
        public static partial void Refusing(ILogger logger, string connection, AddressBlock? address);
    }
}
