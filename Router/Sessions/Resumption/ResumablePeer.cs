using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Resumption;

/// <summary>A session that can be resumed, as its realm sees it: what goes to its client goes to whatever connection there is, and is kept in case that it is lost. Any thread.</summary>
/// <param name="session">Whose frames these are.</param>
/// <param name="gate">The lock of the session.</param>
/// <param name="outbox">Takes the frames, under that lock.</param>
/// <param name="times">Its times without a connection, likewise.</param>
/// <param name="hosted">Its realm, which says what a full outbox means for an EVENT.</param>
/// <param name="encoding">The same over every connection.</param>
internal sealed class ResumablePeer(ResumableSession session, Lock gate, ResumableOutbox outbox, DetachedTimes times, HostedRealm hosted, WireEncoding encoding) : IPeer
{
    /// <inheritdoc />
    public WireEncoding Encoding { get; } = encoding;

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
    public bool Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.GiveUp, gate, batch) == SendOutcome.Taken;

    /// <inheritdoc />
    public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.Refuse, gate, batch);

    /// <inheritdoc />
    public bool SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch) =>
        Take(frame, hosted.Settings.Overflow == OverflowPolicy.DropEvents ? WhenFull.Drop : WhenFull.GiveUp, gate, batch) == SendOutcome.Taken;

    /// <inheritdoc />
    public void Note(in Remark remark) => LastPeer().Note(remark);

    /// <inheritdoc />
    public void Close(string reason, string? message, MemberIdentity by) => session.Kill(reason, message, by);

    private SendOutcome Take(ReadOnlySpan<byte> frame, WhenFull whenFull, IDeliveryGate? delivery, FlushBatch batch)
    {
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
                times.Current?.CutShort();      // elsewhere: this is in the middle of routing
            }
        }

        tooSlow?.Disconnect();
        return outcome;
    }

    /// <summary>The connection that what is said of the session goes by in the log.</summary>
    private SessionPeer LastPeer()
    {
        lock (gate)
        {
            return outbox.LastPeer;
        }
    }
}
