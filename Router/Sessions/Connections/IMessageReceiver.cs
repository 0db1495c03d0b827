using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Connections;

/// <summary>What a transport does after it delivered a message.</summary>
internal enum ReceiveStatus
{
    /// <summary>Deliver the next message.</summary>
    Continue,

    /// <summary>Flush, then await <see cref="IMessageReceiver.ResumeAsync"/> before the next message: the message started something slow.</summary>
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

    /// <summary>A message was not completed in time.</summary>
    MessageTimeout,

    /// <summary>All unfinished messages together hold as many bytes as they may.</summary>
    InboundPressure,

    /// <summary>For too long, the peer read nothing of what waited for it.</summary>
    Stalled,

    /// <summary>The same, and the shared budget of the outboxes was needed by others.</summary>
    OutboxPressure,

    /// <summary>For too long, the peer asked for no messages, on a transport where it has to.</summary>
    PollTimeout,
}

/// <summary>
/// The session's side of a connection, driven by the transport's read loop: messages come in order, one at a time, never on two
/// threads at once.
/// </summary>
internal interface IMessageReceiver
{
    /// <summary>Takes one whole message. Runs to completion: when it returns, all resulting frames are enqueued, and their outboxes are noted in <paramref name="batch"/>.</summary>
    /// <param name="message">Borrowed for the call.</param>
    /// <param name="batch">Flushed by the caller after the last message of a read.</param>
    ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch);

    /// <summary>
    /// Whether the transport skips a message that is too large, so that only this message is lost. If false, as before login, such a message ends the
    /// connection as soon as its size is known.
    /// </summary>
    bool ReadsPastTooLarge => false;

    /// <summary>Takes note of a message that was too large and was skipped. Called only where <see cref="ReadsPastTooLarge"/> allowed it.</summary>
    /// <param name="head">Its first bytes: all that was kept. Borrowed for the call.</param>
    /// <param name="size">How many bytes it had.</param>
    /// <param name="batch">Flushed by the caller.</param>
    ReceiveStatus ReceiveTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch) => ReceiveStatus.Close;

    /// <summary>The authid of the session, for the log; null before and after the session. Any thread.</summary>
    string? AuthId => null;

    /// <summary>How much the peer's role lets it send in a second; null where the role sets no limit. Read loop only.</summary>
    TrafficRates? Rates => null;

    /// <summary>Called a few times a second to once a second, never twice at once, on the heartbeat's thread, while the connection is not closing.</summary>
    /// <param name="now">A timestamp.</param>
    void OnHeartbeat(long now)
    {
    }

    /// <summary>Called after <see cref="ReceiveStatus.Wait"/>: completes what the last message started (a ticket check, for example). Flushes by itself.</summary>
    ValueTask<ReceiveStatus> ResumeAsync();

    /// <summary>Called while <see cref="ResumeAsync"/> is awaited: the peer has gone and needs no answer, so the wait should end soon. Any thread.</summary>
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

    /// <summary>How the peer reached the router.</summary>
    ConnectionDetails Info { get; }

    /// <summary>The largest message the peer may send, in bytes.</summary>
    int MaxMessageBytes { get; }

    /// <summary>How long a session may be without a message by what its listener says now; null where that has no limit of its own.</summary>
    IdleLimit? IdleLimit => null;

    /// <summary>Where the session counts the messages that come; the outbox counts those that go. Null: nobody does.</summary>
    MessageTraffic? Traffic => null;

    /// <summary>Whether the transport has checked that a text message is UTF-8, so that the session need not.</summary>
    bool ChecksText => false;

    /// <summary>Ends the connection from outside its read loop: sends what is enqueued and closes in an orderly way, within a time limit. Any thread; returns at once; idempotent.</summary>
    void RequestClose();

    /// <summary>Drops the connection without sending anything more. Any thread; idempotent.</summary>
    void Abort();
}
