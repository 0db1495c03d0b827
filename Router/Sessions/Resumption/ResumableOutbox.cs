using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The outgoing side of a session that can be resumed: hands each frame to the outbox of the current connection, and keeps a copy in case the
/// connection is lost before the frame arrives. Under the lock of its session.
/// </summary>
internal sealed class ResumableOutbox(SessionPeer first, int maxBytes, ResumptionShare budget)
{
    private readonly SentFrames _sent = new(maxBytes, budget);
    private SessionPeer? _peer = first;         // null: frames wait for the next connection
    private PeerTraffic _atPlug = first.Traffic;    // the traffic of its connection before this session had it
    private PeerTraffic _former;                // the traffic of all earlier connections
    private long _handed;                       // frames handed to connections so far; brought up to date when a connection ends

    /// <summary>Whether a frame could not be kept. The client would miss it without knowing, so no more frames are taken.</summary>
    public bool HasGap { get; private set; }

    /// <summary>Whether the router dropped the connection; its end then says nothing about what the client wants.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>The peer of the current connection, or of the last one.</summary>
    public SessionPeer LastPeer { get; private set; } = first;

    /// <summary>Whether a message has come over the current connection after its WELCOME, so that the client must have received the WELCOME.</summary>
    public bool HasHeard => _peer is { } peer && peer.Traffic.ReceivedMessages > _atPlug.ReceivedMessages;

    /// <summary>The traffic both ways, over all connections.</summary>
    public PeerTraffic Traffic => _peer is { } peer ? _former + peer.Traffic.Since(_atPlug) : _former;

    /// <summary>Sends a frame, or keeps it for the next connection.</summary>
    /// <param name="frame">Copied.</param>
    /// <param name="whenFull">What to do with the frame, or the connection, where there is no room.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="tooSlow">A peer that did not keep up and was given up: the caller must disconnect it after releasing the lock.</param>
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

            // Full, or closed but not yet reported: from here on frames wait for the next connection.
            Unplug(byRouter: result == EnqueueResult.Full);
            tooSlow = result == EnqueueResult.Full ? peer : null;
        }

        if (_sent.TryAdd(frame, expendable: _handed))
        {
            return SendOutcome.Taken;
        }

        // A refused frame leaves no gap, because the peer that caused it is told.
        HasGap = whenFull != WhenFull.Refuse;
        return HasGap ? SendOutcome.Gone : SendOutcome.NoRoom;
    }

    /// <summary>Stops handing frames to the connection.</summary>
    /// <param name="byRouter">Whether the router drops the connection.</param>
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

    /// <summary>
    /// Whether the session can go on for a client that has received this many frames; null: the client does not count, and is taken to have all that was handed to its connection.
    /// </summary>
    public bool CanResume(long? received) => !HasGap && (received ?? _handed) >= _sent.First && (received ?? _handed) <= _handed;

    /// <summary>Goes on with a new connection: first <paramref name="welcome"/>, then the frames that the client has not received. Only after <see cref="CanResume"/>.</summary>
    /// <returns>The new peer, where it cannot take all that waits: the caller must disconnect it after releasing the lock. Else null.</returns>
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

    /// <summary>Frees the kept frames; no frame is taken any more.</summary>
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

/// <summary>What to do with a frame for which there is no room.</summary>
internal enum WhenFull : byte
{
    /// <summary>Give up the connection; the frame waits for the next one.</summary>
    GiveUp,

    /// <summary>Drop the frame.</summary>
    Drop,

    /// <summary>Refuse the frame; the peer that caused it is told.</summary>
    Refuse,
}
