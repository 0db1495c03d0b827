using WampRouter.Realms;
using WampRouter.Sessions.Authentication;
using WampRouter.Wire;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// What outlives the connection of a session that can be resumed: the membership, and the frames its client may not have received. It is the
/// member's peer; where there is no connection it keeps what comes. Any thread.
/// </summary>
/// <remarks>
/// Attached: a connection's loop routes for the member. Detached: no loop does, and the time runs. Over: it has left its realm, or is leaving. Whoever
/// makes it over, under the lock, does all that belongs to it; so the end of the window, a newcomer, a kill and the shutdown cannot meet.
/// </remarks>
internal sealed class ResumableSession : IPeer, ILiveSession
{
    private readonly Lock _gate = new();        // lock order: ResumableSession -> Outbox
    private readonly ResumableSessions _all;
    private readonly HostedRealm _hosted;
    private readonly ResumptionTokens _tokens = new();
    private readonly ResumableOutbox _outbox;
    private Member? _member;                    // set once, before anybody can see the session
    private Session? _session;                  // whose loop may still route for the member; null while detached
    private Detachment? _detachment;
    private TaskCompletionSource? _freed;       // somebody waits for _session to end
    private Intake _intake;                     // of the last connection
    private bool _isOver;

    /// <param name="all">What all such sessions share.</param>
    /// <param name="hosted">The realm it is in.</param>
    /// <param name="session">The one at its first connection.</param>
    /// <param name="peer">Where frames go at first.</param>
    public ResumableSession(ResumableSessions all, HostedRealm hosted, Session session, SessionPeer peer)
    {
        _all = all;
        _hosted = hosted;
        _session = session;
        _outbox = new ResumableOutbox(peer, Settings.MaxBytes, all.Budget);
        Encoding = peer.Encoding;
    }

    /// <inheritdoc />
    public WireEncoding Encoding { get; }

    /// <inheritdoc />
    public PeerTraffic Traffic
    {
        get
        {
            lock (_gate)
            {
                return _outbox.Traffic;
            }
        }
    }

    /// <summary>Calls somebody waits for; nobody does while it is detached.</summary>
    public int PendingCalls => Volatile.Read(ref _detachment) is null ? Member.Calls.Count : 0;

    /// <summary>What the first WELCOME says.</summary>
    public ResumptionTerms FirstTerms => new(_tokens.Current, IsResumed: false, Received: 0, Settings.Window);

    private Member Member => _member!;

    private ResumptionSettings Settings => _hosted.Settings.Resumption;

    /// <summary>Says whose peer this is; once, before the session is known to anybody.</summary>
    public void Belong(Member member) => _member = member;

    /// <inheritdoc />
    public bool Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.GiveUp, gate, batch) == SendOutcome.Taken;

    /// <inheritdoc />
    public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => Take(frame, WhenFull.Refuse, gate, batch);

    /// <inheritdoc />
    public bool SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch) =>
        Take(frame, _hosted.Settings.Overflow == OverflowPolicy.DropEvents ? WhenFull.Drop : WhenFull.GiveUp, gate, batch) == SendOutcome.Taken;

    /// <inheritdoc />
    public void Note(in Remark remark)
    {
        SessionPeer? peer;
        lock (_gate)
        {
            peer = _outbox.Peer;
        }

        peer?.Note(remark);
    }

    /// <inheritdoc />
    public void Close(string reason, string? message, MemberIdentity by)
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

    /// <summary>Ends the session, if it is not over.</summary>
    public void End(FlushBatch batch)
    {
        if (TryEnd(out var session))
        {
            Leave(session, batch);
        }
    }

    /// <summary>The loop of its connection has ended: the session is detached, and its time runs.</summary>
    /// <param name="reason">Why the connection ended.</param>
    /// <param name="intake">What has come in the session.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>False where it cannot go on: <see cref="End"/> is due.</returns>
    public bool TryDetach(DisconnectReason reason, Intake intake, FlushBatch batch)
    {
        lock (_gate)
        {
            var isFinal = reason == DisconnectReason.TransportViolation || (reason == DisconnectReason.ClosedByRouter && !_outbox.IsDropped);
            if (_isOver || isFinal)
            {
                return false;
            }

            _outbox.Unplug(byRouter: false);
        }

        if (!_all.TryEnterDetached(Member.Identity.Session))
        {
            return false;
        }

        // While the loop still holds the session: a newcomer's must not route for the member at the same time.
        _hosted.Realm.Detach(Member, batch);
        if (TryFree(intake, out var isFull))
        {
            return true;
        }

        _all.LeaveDetached();
        if (isFull)
        {
            _all.Report(Member.Identity.Session, hasGap: true, Settings);
        }

        return false;
    }

    /// <summary>Gives the session to a new connection, if its client may have it: WELCOME, what it has not received, and from then on what comes.</summary>
    public ResumptionAnswer TryAttach(ResumptionWish wish, AuthenticationStep.Accept accept, HostedRealm hosted, Session session, SessionPeer peer, FlushBatch batch)
    {
        Session former;
        Task freed;
        lock (_gate)
        {
            if (Judge(wish, accept, hosted, peer) is { } refusal)
            {
                return new(refusal);
            }

            if (_session is null)
            {
                return _outbox.CanResume(wish.Received)
                    ? new(ResumptionOutcome.Resumed, Session: this, Member: Member, Intake: _intake, TooSlow: Attach(session, peer, wish, batch))
                    : new(ResumptionOutcome.FramesGone);
            }

            former = _session;
            _outbox.Unplug(byRouter: true);
            _freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            freed = _freed.Task;
        }

        former.DropConnection();
        return new(ResumptionOutcome.Busy, freed);
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

    private ResumptionOutcome? Judge(ResumptionWish wish, AuthenticationStep.Accept accept, HostedRealm hosted, SessionPeer peer)
    {
        var identity = Member.Identity;
        if (_isOver || !ReferenceEquals(hosted, _hosted))
        {
            return ResumptionOutcome.Unknown;
        }

        if (!_tokens.Match(wish.Token))
        {
            return ResumptionOutcome.WrongToken;
        }

        if (accept.AuthRole != identity.AuthRole || accept.AuthMethod != identity.AuthMethod || (accept.AuthId != identity.AuthId && !accept.IsAuthIdMadeUp))
        {
            return ResumptionOutcome.OtherIdentity;
        }

        return peer.Encoding == Encoding ? null : ResumptionOutcome.OtherEncoding;
    }

    /// <summary>Makes it detached, and free for whoever waits for it, unless it has come to its end meanwhile.</summary>
    private bool TryFree(Intake intake, out bool isFull)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            isFull = !_isOver && _outbox.HasGap;
            if (_isOver || isFull)
            {
                return false;
            }

            if (intake.Received > _intake.Received)
            {
                _tokens.ForgetUsed();
            }

            (_intake, _session) = (intake, null);
            Volatile.Write(ref _detachment, new Detachment(this, Settings.Window, _all.Time));
            (freed, _freed) = (_freed, null);
        }

        freed?.TrySetResult();
        return true;
    }

    private SendOutcome Take(ReadOnlySpan<byte> frame, WhenFull whenFull, IDeliveryGate? gate, FlushBatch batch)
    {
        SendOutcome outcome;
        SessionPeer? tooSlow;
        lock (_gate)
        {
            if (gate is { IsOpen: false })
            {
                return SendOutcome.Gone;
            }

            outcome = _outbox.Take(frame, whenFull, batch, out tooSlow);
            if (_outbox.HasGap)
            {
                _detachment?.CutShort();      // elsewhere: this is in the middle of routing
            }
        }

        tooSlow?.Disconnect();
        return outcome;
    }

    /// <summary>Under the lock.</summary>
    /// <returns>The new connection's peer, where it cannot take all that waits.</returns>
    private SessionPeer? Attach(Session session, SessionPeer peer, ResumptionWish wish, FlushBatch batch)
    {
        _detachment!.Stop();
        Volatile.Write(ref _detachment, null);
        _all.LeaveDetached();
        _session = session;
        var identity = Member.Identity = Member.Identity with { Transport = session.Transport };
        var terms = new ResumptionTerms(_tokens.Rotate(wish.Token), IsResumed: true, _intake.Received, Settings.Window);
        return _outbox.Plug(peer, SessionMessages.Welcome(Encoding, identity, _hosted.Realm.Name, session.MaxMessageBytes, terms), wish.Received, batch);
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
            if (_isOver || (only is not null && !ReferenceEquals(_detachment, only)))
            {
                return false;
            }

            _isOver = true;
            if (_detachment is { } detachment)
            {
                detachment.Stop();
                _all.LeaveDetached();
            }

            _outbox.Release();
            freed = _freed;
        }

        freed?.TrySetResult();
        return true;
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
