using WampRouter.Delivery;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>
/// The other end of a session, as far as a realm knows it: how to encode for it and how to enqueue. Implemented by the session.
/// Every member is safe on any thread and never blocks; only <see cref="Close"/> calls back into the realm.
/// </summary>
internal interface IPeer
{
    /// <summary>The encoding of frames for this peer; constant for a session.</summary>
    WireEncoding Encoding { get; }

    /// <summary>The longest message that the transport carries to the peer, in bytes, as far as the framing alone does not say it; constant for a session.</summary>
    int MaxMessageBytes { get; }

    /// <summary>The traffic both ways so far, including earlier sessions on the same connection.</summary>
    PeerTraffic Traffic { get; }

    /// <summary>
    /// Enqueues a frame that must not be lost, because its receiver waits for it: a reply. If there is no room, the session ends.
    /// </summary>
    /// <param name="frame">Copied.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="gate">
    /// The member that the frame is for, if it may have left meanwhile. A reply made on another thread must not reach the next session
    /// on the same connection, where the same request id means another request.
    /// </param>
    /// <returns>Never <see cref="SendOutcome.NoRoom"/>.</returns>
    SendOutcome Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null);

    /// <summary>
    /// Enqueues a frame that another session caused and that can be refused: INVOCATION, INTERRUPT, a progressive RESULT. If there is no room, it is refused, and the
    /// session goes on: what one session sends must not end another. Leaves some room for <see cref="Send"/>.
    /// </summary>
    /// <param name="frame">Copied.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="gate">As for <see cref="Send"/>.</param>
    SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null);

    /// <summary>Enqueues an EVENT, unless <paramref name="gate"/> is shut. If there is no room, the session's overflow policy decides.</summary>
    SendOutcome SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch);

    /// <summary>Logs something about a request of this peer, or an EVENT for it. May be called for every message, so the session limits the number of log lines.</summary>
    void Note(in Remark remark);

    /// <summary>
    /// Ends the session with a GOODBYE. When this returns, the session has left the realm, or is leaving it on another thread. The caller must hold no lock and have
    /// no message half written.
    /// </summary>
    /// <param name="reason">The reason, a URI.</param>
    /// <param name="message">A text for people, or null.</param>
    /// <param name="by">The session that asked for it, for the log; null: the configuration did.</param>
    void Close(string reason, string? message, MemberIdentity? by);
}

/// <summary>What became of a frame for a peer.</summary>
internal enum SendOutcome : byte
{
    /// <summary>The frame is enqueued.</summary>
    Taken,

    /// <summary>The peer does not keep up: nothing was enqueued.</summary>
    NoRoom,

    /// <summary>The peer takes no more frames, or the gate is shut.</summary>
    Gone,

    /// <summary>The frame is longer than the transport carries to the peer: nothing was enqueued, and all else goes on.</summary>
    TooLong,
}
