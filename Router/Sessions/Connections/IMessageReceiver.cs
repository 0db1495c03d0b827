using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Connections;

/// <summary>What a transport does after it delivered a message.</summary>
internal enum ReceiveStatus
{
    /// <summary>Deliver the next message.</summary>
    Continue,

    /// <summary>Flush, then await <see cref="IMessageReceiver.ResumeAsync"/> before the next message: something slow was begun.</summary>
    Wait,

    /// <summary>The session is over: deliver nothing more, send what is enqueued, close the connection.</summary>
    Close,
}

/// <summary>Why a connection ended, for the log and the session's clean-up.</summary>
internal enum DisconnectReason
{
    /// <summary>The peer closed the transport in an orderly way.</summary>
    ClosedByPeer,

    /// <summary>The session asked for it (GOODBYE, ABORT, kill, shutdown).</summary>
    ClosedByRouter,

    /// <summary>The socket failed or was reset.</summary>
    ConnectionLost,

    /// <summary>No pong within the limit.</summary>
    PingTimeout,

    /// <summary>The peer broke the transport's own protocol (framing, masking, UTF-8, size).</summary>
    TransportViolation,

    /// <summary>The session failed: the fault is the router's.</summary>
    SessionFailed,

    /// <summary>A message did not come to its end in time.</summary>
    MessageTimeout,

    /// <summary>All unfinished messages together hold as much as they may.</summary>
    InboundPressure,

    /// <summary>The peer took nothing of what waited for it, for too long.</summary>
    Stalled,

    /// <summary>The same, and others needed the room.</summary>
    OutboxPressure,
}

/// <summary>
/// The session's side of a connection, driven by the transport's read loop: messages come in order, one at a time, never two
/// threads at once.
/// </summary>
internal interface IMessageReceiver
{
    /// <summary>Takes one whole message. Runs to completion: what it causes is enqueued when this returns, and noted in <paramref name="batch"/>.</summary>
    /// <param name="message">Borrowed for the call.</param>
    /// <param name="batch">Flushed by the caller after the last message of a read.</param>
    ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch);

    /// <summary>
    /// Whether a message that is too large is read past, and costs itself alone. Where not, which is the rule before anybody has logged in, it ends the
    /// connection as soon as its size is known.
    /// </summary>
    bool ReadsPastTooLarge => false;

    /// <summary>Learns of a message that was too large and has been read past. Only where <see cref="ReadsPastTooLarge"/> allowed it.</summary>
    /// <param name="head">Its first bytes: all that was kept. Borrowed for the call.</param>
    /// <param name="size">How many bytes it had.</param>
    /// <param name="batch">Flushed by the caller.</param>
    ReceiveStatus ReceiveTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch) => ReceiveStatus.Close;

    /// <summary>Who has logged in, for the log; null before and after. Any thread.</summary>
    string? AuthId => null;

    /// <summary>What it may send in a second by its role; null where that says nothing. Read loop only.</summary>
    TrafficRates? Rates => null;

    /// <summary>Called a few times a second to once a second, never twice at once, on the heartbeat's thread, while the connection is not closing.</summary>
    /// <param name="now">A timestamp.</param>
    void OnHeartbeat(long now)
    {
    }

    /// <summary>After <see cref="ReceiveStatus.Wait"/>: completes what the last message began (a ticket check, say). Flushes by itself.</summary>
    ValueTask<ReceiveStatus> ResumeAsync();

    /// <summary>While <see cref="ResumeAsync"/> is awaited: nobody is there to be answered any more, so it had better come to its end. Any thread.</summary>
    void PeerIsGone()
    {
    }

    /// <summary>Called exactly once, after the last message; cleans up everything the session owned.</summary>
    void Disconnected(DisconnectReason reason);
}

/// <summary>The transport's side of a connection, as its session sees it.</summary>
internal interface IConnection
{
    /// <summary>Where the session writes; owned by the connection.</summary>
    Outbox Outbox { get; }

    /// <summary>What is known about the way the peer came in.</summary>
    ConnectionDetails Info { get; }

    /// <summary>The largest message the peer may send, in bytes.</summary>
    int MaxMessageBytes { get; }

    /// <summary>Whether a text message that is delivered is known to be UTF-8, so that nobody needs to look again.</summary>
    bool ChecksText => false;

    /// <summary>Ends the connection from outside its read loop: sends what is enqueued, closes in an orderly way, bounded in time. Any thread; returns at once; idempotent.</summary>
    void RequestClose();

    /// <summary>Drops the connection without sending anything more. Any thread; idempotent.</summary>
    void Abort();
}
