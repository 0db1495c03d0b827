using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// What outlives the connection of a session that can be resumed: the membership, and the frames that the client may not have received, kept by
/// <see cref="Peer"/>. This class moves the session from one connection to the next, and ends it. Any thread.
/// </summary>
/// <remarks>
/// Attached: a connection's loop routes for the member. Detached: no loop does, and the window runs. Over: the session has left its realm, or is leaving. The thread
/// that makes it over, under the lock, also does all the clean-up; so the end of the window, a newcomer, a kill and the shutdown cannot collide. While the session is
/// attached, only its own connection ends it, or a thread that ends that connection (<see cref="Goodbye"/>).
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
    private Member? _member;                    // set once, before other threads can see the session
    private Session? _session;                  // the one whose loop may still route for the member; null while detached
    private ReceiveState _received;                     // as the last connection left it
    private bool _isOver;

    /// <param name="all">What all resumable sessions share.</param>
    /// <param name="hosted">The realm it is in.</param>
    /// <param name="session">The session of its first connection.</param>
    /// <param name="peer">The peer of that connection.</param>
    /// <param name="principal">The principal whose share it uses.</param>
    public ResumableSession(ResumableSessions all, HostedRealm hosted, Session session, SessionPeer peer, string principal)
    {
        _all = all;
        _hosted = hosted;
        _session = session;
        _share = all.Shares.Enter(hosted.Realm.Name, principal);
        _outbox = new ResumableOutbox(peer, Settings.MaxBytes, _share);
        _times = new DetachedTimes(all, _share);
        Peer = new ResumablePeer(this, _gate, _outbox, _times, hosted, peer.Encoding, peer.MaxMessageBytes);
    }

    /// <summary>The member's peer.</summary>
    public ResumablePeer Peer { get; }

    /// <summary>Calls that wait for a result; 0 while the session is detached, because nobody waits then.</summary>
    public int PendingCalls => _times.Current is null ? Member.Calls.Count : 0;

    /// <summary>What the first WELCOME says.</summary>
    public ResumptionTerms FirstTerms => new(_tokens.Current, IsResumed: false, Received: 0, Settings.Window);

    private Member Member => _member!;

    private ResumptionSettings Settings => _hosted.Settings.Resumption;

    /// <summary>Undoes the constructor, because the realm takes no more sessions. Called instead of <see cref="AttachMember"/>.</summary>
    public void Abandon() => TryEnd(out _);

    /// <summary>Sets the member; called once, before other threads can see the session.</summary>
    public void AttachMember(Member member) => _member = member;

    /// <summary>Like <see cref="Goodbye"/>, at the request of another session, and logged.</summary>
    public void Kill(string reason, string? message, MemberIdentity? by)
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

    /// <summary>Ends the session with its connection, unless it is over. Called by the connection's loop, or by a thread that ends the connection.</summary>
    public void End(FlushBatch batch)
    {
        if (TryEnd(out var session))
        {
            Leave(session, batch);
        }
    }

    /// <summary>The loop of the connection has ended: detaches the session, and starts its window.</summary>
    /// <param name="reason">Why the connection ended.</param>
    /// <param name="received">What the session has received so far.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>False where the session cannot go on: the caller must call <see cref="End"/>.</returns>
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

        // A takeover needs no place: the newcomer has a connection for the session.
        var hasPlace = _all.TryEnterDetached(_share);
        if (!hasPlace && !IsAwaited())
        {
            _all.ReportNoPlace(Member.Identity, _share);
            return false;
        }

        // Before the session is freed: the loop of a newcomer must not route for the member at the same time.
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

    /// <summary>Moves the session to a new connection, if its client may have it: sends WELCOME, the frames that the client has not received, and then all further ones.</summary>
    public ResumptionAnswer TryAttach(ResumptionClaim claim, FlushBatch batch)
    {
        ResumptionAnswer answer;
        Session? former;
        Detachment? inVain;
        lock (_gate)
        {
            _newcomers.Remove(claim.Session);
            answer = AttachOrWait(claim, batch, out former);

            // The client will not ask for this session again, so it would only wait for its end. While it is attached, another client uses it.
            inVain = answer.Outcome is ResumptionOutcome.OtherEncoding or ResumptionOutcome.FramesGone ? _times.Current : null;
            inVain ??= Placeless();
        }

        former?.DropConnection();
        EndDetached(inVain, batch);
        return answer;
    }

    /// <summary>A newcomer that waited for the former connection has ended itself, or does not ask again. Idempotent.</summary>
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

    /// <summary>Ends the session, if this detachment is still the current one.</summary>
    public void OnTimeOver(Detachment detachment)
    {
        if (TryEnd(out var session, detachment))
        {
            _all.Report(Member.Identity.Session, detachment.IsCutShort, Settings);
            Leave(session, FlushBatch.OfThread);
            FlushBatch.OfThread.Flush();
        }
    }

    /// <summary>Attaches the session, or makes the newcomer wait. Under the lock.</summary>
    /// <param name="claim">The client's claim.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="former">The session whose connection the caller must drop after releasing the lock; null for none.</param>
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
            : claim.Peer.Encoding != Peer.Encoding || claim.Peer.MaxMessageBytes < Peer.MaxMessageBytes ? ResumptionOutcome.OtherEncoding
            : null;
    }

    /// <summary>Detaches the session, and frees it for the newcomers, unless it has ended meanwhile.</summary>
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

    /// <summary>Attaches the session to the new connection. Under the lock.</summary>
    /// <returns>The new connection's peer, where it cannot take all that waits; else null.</returns>
    private SessionPeer? Attach(ResumptionClaim claim, FlushBatch batch)
    {
        var session = claim.Session;
        _times.End();
        _session = session;
        var identity = Member.Identity = Member.Identity with { Transport = session.Transport };
        var terms = new ResumptionTerms(_tokens.Rotate(claim.Wish.Token), IsResumed: true, _received.Messages, Settings.Window);
        return _outbox.Plug(claim.Peer, SessionMessages.Welcome(Peer.Encoding, identity, _hosted.Realm.Name, session.MaxMessageBytes, terms), claim.Wish.Received, batch);
    }

    /// <summary>Makes the session over; true only once.</summary>
    /// <param name="session">The session whose loop routes for it, and which then removes it from the live sessions; null where it is detached.</param>
    /// <param name="only">If given, ends the session only while this is its current detachment.</param>
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

    /// <summary>The current detachment, if no newcomer waits and there is no place for it; else null. Under the lock.</summary>
    private Detachment? Placeless() => _newcomers.IsEmpty ? _times.FindPlace() : null;

    /// <summary>Ends the session, if this detachment is still the current one. This tells no client, so it must not end an attached session.</summary>
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
