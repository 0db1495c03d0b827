using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Resumption;

/// <summary>A session that can be resumed, as its realm sees it: sends frames over the current connection, and keeps them in case it is lost. Any thread.</summary>
/// <param name="session">The session.</param>
/// <param name="gate">The lock of the session.</param>
/// <param name="outbox">Takes the frames, under that lock.</param>
/// <param name="times">The detachments of the session, also under that lock.</param>
/// <param name="hosted">Its realm, whose settings say what to do with an EVENT when the outbox is full.</param>
/// <param name="encoding">The encoding, the same over every connection.</param>
/// <param name="maxMessageBytes">The longest message that the first connection carries; no other carries less.</param>
internal sealed class ResumablePeer(ResumableSession session, Lock gate, ResumableOutbox outbox, DetachedTimes times, HostedRealm hosted, WireEncoding encoding, int maxMessageBytes) : IPeer
{
    /// <inheritdoc />
    public WireEncoding Encoding { get; } = encoding;

    /// <inheritdoc />
    public int MaxMessageBytes { get; } = maxMessageBytes;

    /// <inheritdoc />
    public PeerTraffic Traffic
    {
        get
        {
            lock (gate)
            {
                return outbox.Traffic;
            }
        }
    }

    /// <inheritdoc />
    public SendOutcome Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.GiveUp, gate, batch);

    /// <inheritdoc />
    public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.Refuse, gate, batch);

    /// <inheritdoc />
    public SendOutcome SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch) =>
        Take(frame, hosted.Settings.Overflow == OverflowPolicy.DropEvents ? WhenFull.Drop : WhenFull.GiveUp, gate, batch);

    /// <inheritdoc />
    public void Note(in Remark remark) => LastPeer().Note(remark);

    /// <inheritdoc />
    public void Close(string reason, string? message, MemberIdentity? by) => session.Kill(reason, message, by);

    private SendOutcome Take(ReadOnlySpan<byte> frame, WhenFull whenFull, IDeliveryGate? delivery, FlushBatch batch)
    {
        if (frame.Length > MaxMessageBytes && frame.Length - FrameHeader.SizeOf(Encoding, frame.Length) > MaxMessageBytes)
        {
            return SendOutcome.TooLong;
        }

        SendOutcome outcome;
        SessionPeer? tooSlow;
        lock (gate)
        {
            if (delivery is { IsOpen: false })
            {
                return SendOutcome.Gone;
            }

            outcome = outbox.Take(frame, whenFull, batch, out tooSlow);
            if (outbox.HasGap)
            {
                times.Current?.CutShort();      // ends from the timer, because this thread is in the middle of routing
            }
        }

        tooSlow?.Disconnect();
        return outcome;
    }

    /// <summary>The peer whose connection the log names for this session.</summary>
    private SessionPeer LastPeer()
    {
        lock (gate)
        {
            return outbox.LastPeer;
        }
    }
}
