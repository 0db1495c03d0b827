using WampRouter.Delivery;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>
/// All a realm knows of the other end of a session: how to encode for it and how to enqueue. Implemented by the session.
/// Every member is safe on any thread and never blocks; none but <see cref="Close"/> calls back into the realm.
/// </summary>
internal interface IPeer
{
    /// <summary>What frames for this peer look like; constant for a session.</summary>
    WireEncoding Encoding { get; }

    /// <summary>What went both ways so far, with the sessions before this one on the same connection.</summary>
    PeerTraffic Traffic { get; }

    /// <summary>
    /// Enqueues a frame that must not be lost, because its receiver waits for it: a reply. Where there is no room the session ends.
    /// </summary>
    /// <param name="frame">Copied.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="gate">
    /// The member it is for, where that may have left: an answer that was made ready on another thread must not reach the session that
    /// came after it on the same connection, where the same request id means another request.
    /// </param>
    /// <returns>False if the peer takes no more messages, or the gate is shut.</returns>
    bool Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null);

    /// <summary>
    /// Enqueues a frame that somebody else caused and can be told about: INVOCATION, INTERRUPT, a progressive RESULT. Where there is no room it is not taken, and the
    /// session goes on: what one session sends must not end another. Some room is left for what <see cref="Send"/> takes.
    /// </summary>
    /// <param name="frame">Copied.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="gate">As for <see cref="Send"/>.</param>
    SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null);

    /// <summary>Enqueues an EVENT, unless <paramref name="gate"/> is shut. What overflow does is the session's policy.</summary>
    /// <returns>False if the EVENT was not enqueued.</returns>
    bool SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch);

    /// <summary>Notes something about a request of this peer, or an EVENT for it, for whoever reads the log. May come for every message, so it is the session that keeps it within bounds.</summary>
    void Note(in Remark remark);

    /// <summary>
    /// Ends the session with a GOODBYE: when this returns it has left the realm, unless it is leaving already. Call it holding no lock and with no
    /// message half written.
    /// </summary>
    /// <param name="reason">A URI.</param>
    /// <param name="message">For people.</param>
    /// <param name="by">Who wants it; for the log.</param>
    void Close(string reason, string? message, MemberIdentity by);
}

/// <summary>What became of a frame that was offered to a peer.</summary>
internal enum SendOutcome : byte
{
    /// <summary>It is enqueued.</summary>
    Taken,

    /// <summary>The peer does not keep up: nothing was enqueued.</summary>
    NoRoom,

    /// <summary>The peer takes nothing any more, or the gate is shut.</summary>
    Gone,
}
