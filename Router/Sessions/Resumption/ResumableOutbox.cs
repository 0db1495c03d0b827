using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The outgoing side of a session that can be resumed: hands each frame to the outbox of the connection there is, and keeps it in case that the
/// connection is lost before the frame arrives. Under the lock of its session.
/// </summary>
internal sealed class ResumableOutbox(SessionPeer first, int maxBytes, ResumptionShare budget)
{
    private readonly SentFrames _sent = new(maxBytes, budget);
    private SessionPeer? _peer = first;         // null: frames wait for the next connection
    private PeerTraffic _atPlug = first.Traffic;    // what its connection had carried when it was this session's turn
    private PeerTraffic _former;                // over the connections before
    private long _handed;                       // frames handed to a connection so far; while there is one it is all of them

    /// <summary>A frame could not be kept, so that the client would miss it and could not know. No more are taken.</summary>
    public bool HasGap { get; private set; }

    /// <summary>The router dropped the connection: that it ended says nothing of what its client wants.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>The peer of the connection there is, or was last.</summary>
    public SessionPeer LastPeer { get; private set; } = first;

    /// <summary>Whether a message has come over the connection there is, behind the WELCOME: its client has that.</summary>
    public bool HasHeard => _peer is { } peer && peer.Traffic.ReceivedMessages > _atPlug.ReceivedMessages;

    /// <summary>What went both ways, over all connections.</summary>
    public PeerTraffic Traffic => _peer is { } peer ? _former + peer.Traffic.Since(_atPlug) : _former;

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">Copied.</param>
    /// <param name="whenFull">What becomes of the frame, or the connection, where there is no room.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="tooSlow">The peer that did not keep up: its connection is given up, and to be told so when the lock is free.</param>
    public SendOutcome Take(ReadOnlySpan<byte> frame, WhenFull whenFull, FlushBatch batch, out SessionPeer? tooSlow)
    {
        tooSlow = null;
        if (HasGap)
        {
            return SendOutcome.Gone;
        }

        if (_peer is { } peer)
        {
            var result = whenFull == WhenFull.GiveUp ? peer.Outbox.TryEnqueue(frame, batch) : peer.Outbox.TryEnqueueExpendable(frame, gate: null, batch);
            if (result == EnqueueResult.Accepted)
            {
                _sent.Add(frame);
                return SendOutcome.Taken;
            }

            if (result == EnqueueResult.Full && whenFull != WhenFull.GiveUp)
            {
                Report(peer, whenFull);
                return SendOutcome.NoRoom;
            }

            // Full, or at its end and not yet reported: from here on frames wait for the next connection.
            Unplug(byRouter: result == EnqueueResult.Full);
            tooSlow = result == EnqueueResult.Full ? peer : null;
        }

        if (_sent.TryAdd(frame, expendable: _handed))
        {
            return SendOutcome.Taken;
        }

        // Who made the call is told; only what nobody is told of leaves a gap.
        HasGap = whenFull != WhenFull.Refuse;
        return HasGap ? SendOutcome.Gone : SendOutcome.NoRoom;
    }

    /// <summary>Nothing is handed to the connection any more.</summary>
    /// <param name="byRouter">The router drops it.</param>
    public void Unplug(bool byRouter)
    {
        IsDropped |= byRouter;
        if (_peer is not null)
        {
            _handed = _sent.Count;
            _former = Traffic;
            _peer = null;
        }
    }

    /// <summary>Whether a client can go on from a count of frames received; null: it does not count, and has all that was handed to its connection.</summary>
    public bool CanResume(long? received) => !HasGap && (received ?? _handed) >= _sent.First && (received ?? _handed) <= _handed;

    /// <summary>Goes on with a new connection: first <paramref name="welcome"/>, then what its client has not received. After <see cref="CanResume"/>.</summary>
    /// <returns>The new peer, where it cannot take all that waits: its connection is given up, and to be told so when the lock is free.</returns>
    public SessionPeer? Plug(SessionPeer peer, ReadOnlySpan<byte> welcome, long? received, FlushBatch batch)
    {
        _sent.DropBefore(received ?? _handed);
        _atPlug = peer.Traffic;
        var result = peer.Outbox.TryEnqueue(welcome, batch);
        if (result == EnqueueResult.Accepted)
        {
            result = _sent.Replay(peer.Outbox, batch, out _handed);
        }

        LastPeer = peer;
        _peer = result == EnqueueResult.Accepted ? peer : null;
        IsDropped = result == EnqueueResult.Full;
        return IsDropped ? peer : null;
    }

    /// <summary>Gives back what is kept; nothing is taken any more.</summary>
    public void Release()
    {
        HasGap = true;
        _former = Traffic;
        _peer = null;
        _sent.Release();
    }

    private static void Report(SessionPeer peer, WhenFull whenFull)
    {
        if (whenFull == WhenFull.Drop)
        {
            peer.CountDropped();
        }
        else
        {
            peer.ReportRefusal();
        }
    }
}

/// <summary>What becomes of a frame for which there is no room.</summary>
internal enum WhenFull : byte
{
    /// <summary>The connection is given up, and the frame waits for the next one.</summary>
    GiveUp,

    /// <summary>The frame is left out.</summary>
    Drop,

    /// <summary>The frame is not taken; whoever caused it is told.</summary>
    Refuse,
}
