using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// What outlives the connection of a session that can be resumed: the membership, and the frames its client may not have received, which its
/// <see cref="Peer"/> keeps. Here is how it passes from one connection to the next, and how it ends. Any thread.
/// </summary>
/// <remarks>
/// Attached: a connection's loop routes for the member. Detached: no loop does, and the time runs. Over: it has left its realm, or is leaving. Whoever
/// makes it over, under the lock, does all that belongs to it; so the end of the window, a newcomer, a kill and the shutdown cannot meet. While it is
/// attached only its own connection ends it, or who tells that connection so (<see cref="Goodbye"/>).
/// </remarks>
internal sealed class ResumableSession : ILiveSession
{
    private readonly Lock _gate = new();        // lock order: ResumableSession -> Outbox
    private readonly ResumableSessions _all;
    private readonly HostedRealm _hosted;
    private readonly ResumptionTokens _tokens = new();
    private readonly ResumableOutbox _outbox;
    private readonly ResumptionShare _share;
    private readonly DetachedTimes _times;
    private readonly Newcomers _newcomers = new();
    private Member? _member;                    // set once, before anybody can see the session
    private Session? _session;                  // whose loop may still route for the member; null while detached
    private ReceiveState _received;                     // of the last connection
    private bool _isOver;

    /// <param name="all">What all such sessions share.</param>
    /// <param name="hosted">The realm it is in.</param>
    /// <param name="session">The one at its first connection.</param>
    /// <param name="peer">Where frames go at first.</param>
    /// <param name="principal">Whose share of what is kept it takes from.</param>
    public ResumableSession(ResumableSessions all, HostedRealm hosted, Session session, SessionPeer peer, string principal)
    {
        _all = all;
        _hosted = hosted;
        _session = session;
        _share = all.Shares.Enter(hosted.Realm.Name, principal);
        _outbox = new ResumableOutbox(peer, Settings.MaxBytes, _share);
        _times = new DetachedTimes(all, _share);
        Peer = new ResumablePeer(this, _gate, _outbox, _times, hosted, peer.Encoding);
    }

    /// <summary>The member's peer.</summary>
    public ResumablePeer Peer { get; }

    /// <summary>Calls somebody waits for; nobody does while it is detached.</summary>
    public int PendingCalls => _times.Current is null ? Member.Calls.Count : 0;

    /// <summary>What the first WELCOME says.</summary>
    public ResumptionTerms FirstTerms => new(_tokens.Current, IsResumed: false, Received: 0, Settings.Window);

    private Member Member => _member!;

    private ResumptionSettings Settings => _hosted.Settings.Resumption;

    /// <summary>It does not come into being: the realm takes no more. Instead of <see cref="AttachMember"/>.</summary>
    public void Abandon() => TryEnd(out _);

    /// <summary>Says whose peer this is; once, before the session is known to anybody.</summary>
    public void AttachMember(Member member) => _member = member;

    /// <summary>As <see cref="Goodbye"/>, because another session wants it.</summary>
    public void Kill(string reason, string? message, MemberIdentity by)
    {
        _all.ReportKill(Member.Identity, _hosted.Realm.Name, reason, message, by);
        Goodbye(reason, message);
    }

    /// <inheritdoc />
    public void Goodbye(string reason, string? message)
    {
        if (TryEnd(out var session))
        {
            session?.Goodbye(reason, message);
            Leave(session, FlushBatch.OfThread);
            FlushBatch.OfThread.Flush();
        }
    }

    /// <summary>Ends the session with its connection, if it is not over. The loop of that connection, or who ends that.</summary>
    public void End(FlushBatch batch)
    {
        if (TryEnd(out var session))
        {
            Leave(session, batch);
        }
    }

    /// <summary>The loop of its connection has ended: the session is detached, and its time runs.</summary>
    /// <param name="reason">Why the connection ended.</param>
    /// <param name="received">What has come in the session.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>False where it cannot go on: <see cref="End"/> is due.</returns>
    public bool TryDetach(DisconnectReason reason, ReceiveState received, FlushBatch batch)
    {
        lock (_gate)
        {
            var isFinal = reason is DisconnectReason.TransportViolation or DisconnectReason.SessionFailed || (reason == DisconnectReason.ClosedByRouter && !_outbox.IsDropped);
            if (_isOver || isFinal)
            {
                return false;
            }

            _outbox.Unplug(byRouter: false);
        }

        // A takeover needs no place: who waits for the session has a connection for it.
        var hasPlace = _all.TryEnterDetached(_share);
        if (!hasPlace && !IsAwaited())
        {
            _all.ReportNoPlace(Member.Identity, _share);
            return false;
        }

        // While the loop still holds the session: a newcomer's must not route for the member at the same time.
        _hosted.Realm.Detach(Member, batch);
        if (TryFree(received, hasPlace, out var isFull))
        {
            return true;
        }

        if (hasPlace)
        {
            _all.LeaveDetached(_share);
        }

        if (isFull)
        {
            _all.Report(Member.Identity.Session, hasGap: true, Settings);
        }

        return false;
    }

    /// <summary>Gives the session to a new connection, if its client may have it: WELCOME, what it has not received, and from then on what comes.</summary>
    public ResumptionAnswer TryAttach(ResumptionClaim claim, FlushBatch batch)
    {
        ResumptionAnswer answer;
        Session? former;
        Detachment? inVain;
        lock (_gate)
        {
            _newcomers.Remove(claim.Session);
            answer = AttachOrWait(claim, batch, out former);

            // Its own client will not ask for it again; while it is attached, somebody goes on with it.
            inVain = answer.Outcome is ResumptionOutcome.OtherEncoding or ResumptionOutcome.FramesGone ? _times.Current : null;
            inVain ??= Placeless();
        }

        former?.DropConnection();
        EndDetached(inVain, batch);
        return answer;
    }

    /// <summary>A newcomer that waited for the former connection to end has ended itself, or does not come back. Idempotent.</summary>
    public void GiveUp(Session newcomer)
    {
        Detachment? placeless;
        lock (_gate)
        {
            _newcomers.Remove(newcomer);
            placeless = Placeless();
        }

        EndDetached(placeless, FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
    }

    /// <summary>Ends the session, if it is still in this detachment.</summary>
    public void OnTimeOver(Detachment detachment)
    {
        if (TryEnd(out var session, detachment))
        {
            _all.Report(Member.Identity.Session, detachment.IsCutShort, Settings);
            Leave(session, FlushBatch.OfThread);
            FlushBatch.OfThread.Flush();
        }
    }

    /// <summary>Under the lock.</summary>
    /// <param name="claim">Who asks for it.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="former">Whose connection is to be dropped for it, when the lock is free.</param>
    private ResumptionAnswer AttachOrWait(ResumptionClaim claim, FlushBatch batch, out Session? former)
    {
        former = null;
        if (Judge(claim) is { } refusal)
        {
            return new(refusal);
        }

        if (_session is null)
        {
            return _outbox.CanResume(claim.Wish.Received)
                ? new(ResumptionOutcome.Resumed, Session: this, Member: Member, ReceiveState: _received, TooSlow: Attach(claim, batch))
                : new(ResumptionOutcome.FramesGone);
        }

        former = _session;
        _outbox.Unplug(byRouter: true);
        return new(ResumptionOutcome.Busy, _newcomers.Add(claim.Session), this);
    }

    private ResumptionOutcome? Judge(ResumptionClaim claim)
    {
        if (_isOver || !ReferenceEquals(claim.Hosted, _hosted))
        {
            return ResumptionOutcome.Unknown;
        }

        if (_outbox.HasHeard)
        {
            _tokens.ForgetUsed();
        }

        return !_tokens.Match(claim.Wish.Token) ? ResumptionOutcome.WrongToken
            : !claim.IsBy(Member.Identity) ? ResumptionOutcome.OtherIdentity
            : claim.Peer.Encoding != Peer.Encoding ? ResumptionOutcome.OtherEncoding
            : null;
    }

    /// <summary>Makes it detached, and free for whoever waits for it, unless it has come to its end meanwhile.</summary>
    private bool TryFree(ReceiveState received, bool hasPlace, out bool isFull)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            isFull = !_isOver && _outbox.HasGap;
            if (_isOver || isFull || (!hasPlace && _newcomers.IsEmpty))
            {
                return false;
            }

            if (received.Messages > _received.Messages)
            {
                _tokens.ForgetUsed();
            }

            (_received, _session) = (received, null);
            _times.Begin(this, Settings.Window, hasPlace);
            freed = _newcomers.Free();
        }

        freed?.TrySetResult();
        return true;
    }

    /// <summary>Under the lock.</summary>
    /// <returns>The new connection's peer, where it cannot take all that waits.</returns>
    private SessionPeer? Attach(ResumptionClaim claim, FlushBatch batch)
    {
        var session = claim.Session;
        _times.End();
        _session = session;
        var identity = Member.Identity = Member.Identity with { Transport = session.Transport };
        var terms = new ResumptionTerms(_tokens.Rotate(claim.Wish.Token), IsResumed: true, _received.Messages, Settings.Window);
        return _outbox.Plug(claim.Peer, SessionMessages.Welcome(Peer.Encoding, identity, _hosted.Realm.Name, session.MaxMessageBytes, terms), claim.Wish.Received, batch);
    }

    /// <summary>Makes the session over, once.</summary>
    /// <param name="session">Whose loop it has, and who then forgets it among the live ones; null where it is detached.</param>
    /// <param name="only">Only while it is detached in this way.</param>
    private bool TryEnd(out Session? session, Detachment? only = null)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            session = _session;
            if (_isOver || (only is not null && !ReferenceEquals(_times.Current, only)))
            {
                return false;
            }

            _isOver = true;
            _times.End();
            _outbox.Release();
            freed = _newcomers.Free();
        }

        _all.Shares.Leave(_share);
        freed?.TrySetResult();
        return true;
    }

    private bool IsAwaited()
    {
        lock (_gate)
        {
            return !_newcomers.IsEmpty;
        }
    }

    /// <summary>The detachment that nobody comes to end any more and that finds no place; null where there is none. Under the lock.</summary>
    private Detachment? Placeless() => _newcomers.IsEmpty ? _times.FindPlace() : null;

    /// <summary>Ends the session, if it is still in this detachment: where nobody is told, nobody may be attached.</summary>
    private void EndDetached(Detachment? detachment, FlushBatch batch)
    {
        if (detachment is not null && TryEnd(out var session, detachment))
        {
            if (!detachment.HasPlace)
            {
                _all.ReportNoPlace(Member.Identity, _share);
            }

            Leave(session, batch);
        }
    }

    private void Leave(Session? session, FlushBatch batch)
    {
        _hosted.Realm.Leave(Member, batch);
        if (session is null)
        {
            _all.Forget(Member.Identity.Session);
        }
    }
}
