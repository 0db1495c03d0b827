using WampRouter.Realms;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// One peer from HELLO to GOODBYE. A message passes eight stages, with these names in code, logs and docs:
/// Receive (the transport) → Decode → Admit (is it allowed in this state?) → Authorize → Route (the realm) → Encode → Enqueue → Flush (the outbox).
/// </summary>
/// <remarks>
/// The read loop of the transport runs everything but <see cref="Goodbye"/> and the deadline, which come on other threads and
/// meet it in <see cref="_state"/>. Sends go straight to the outbox, which is safe on any thread.
/// </remarks>
internal sealed class Session : IMessageReceiver, ILiveSession
{
    private readonly SessionContext _context;
    private readonly IConnection _connection;
    private readonly SessionPeer _peer;
    private readonly WireFormat _format;
    private ITimer? _deadline;                  // HELLO to WELCOME, or our GOODBYE to theirs
    private volatile int _state = (int)SessionState.Closed;
    private Member? _member;                    // from WELCOME on; taken by whoever ends the membership, exactly once
    private Login? _login;                      // from HELLO to WELCOME
    private HostedRealm? _realm;                // from the first WELCOME on; null: there was no session on this connection yet
    private ulong _id;
    private Intake _intake;
    private UnfitMessages _unfit;
    private IdleWatch _idle;
    private ResumableSession? _resumable;       // what of it outlives the connection; it then ends the membership

    public Session(SessionContext context, IConnection connection)
    {
        _context = context;
        _connection = connection;
        _format = connection.Info.Encoding.Format;
        _peer = new SessionPeer(this, connection, context.Logger);
        _unfit = new UnfitMessages(context.Logger, connection);
        StartDeadline(context.Options.HelloTimeout);
    }

    /// <summary>How the peer came in.</summary>
    public MemberTransport Transport => _connection.Info.Describe();

    /// <summary>Where the peer is, for logs.</summary>
    public string Address => _connection.Info.DescribeAddress();

    /// <summary>The largest message the peer may send, in bytes.</summary>
    public int MaxMessageBytes => _connection.MaxMessageBytes;

    /// <summary>The session, where there is one on this connection or was; HELLO alone makes none.</summary>
    private ulong? LoggedId => _realm is null ? null : _id;

    /// <inheritdoc />
    public string? AuthId => Volatile.Read(ref _member)?.Identity.AuthId;

    /// <inheritdoc />
    public TrafficRates? Rates => Volatile.Read(ref _member)?.Role.Rates;

    /// <inheritdoc />
    public int PendingCalls => Volatile.Read(ref _member)?.Calls.Count ?? 0;

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        // Decode
        _peer.CountReceived(message.Length);
        return MessageReader.Read(_format, message, out var decoded, out var fault) switch
        {
            Reading.Whole => Admit(decoded, batch),
            Reading.Unfit => OnUnfit(decoded, fault!, batch),
            _ => Violation(fault!, batch),
        };
    }

    /// <inheritdoc />
    public bool ReadsPastTooLarge => (SessionState)_state is SessionState.Established or SessionState.ShuttingDown;

    /// <inheritdoc />
    public ReceiveStatus ReceiveTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch)
    {
        _peer.CountReceived((int)size);
        if (!MessageReader.TryReadHead(_format, head, out var decoded, out var fault))
        {
            return Violation(
                FormattableString.Invariant($"a message has {size} bytes, more than this router takes (WampRouter:Transports:MaxMessageBytes is {MaxMessageBytes}), and its beginning does not tell what to answer: {fault}"), batch);
        }

        return (SessionState)_state is SessionState.Established && decoded.Code is not (MessageCode.Goodbye or MessageCode.Abort)
            ? Refuse(decoded, _unfit.ForSize(decoded.Code, size, _id), batch)
            : Admit(decoded, batch);
    }

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        if (IdleLimit.Shorter(_context.IdleLimit, _connection.Info.IdleLimit) is not { } limit || Volatile.Read(ref _member) is not { } member)
        {
            return;
        }

        var traffic = _peer.Traffic;
        if (_idle.Look(traffic.ReceivedMessages + traffic.SentMessages, now, _context.Time) >= limit.Timeout)
        {
            SessionLog.Idle(_context.Logger, _connection.Info.ConnectionId, _connection.Info.Address, member.Identity.AuthId, member.Identity.Session, limit.Timeout, limit.Setting);
            SessionMetrics.Idle.Add(1);
            Goodbye(WampErrors.Timeout, $"no message came or went for {limit.Timeout} ({limit.Setting})");
        }
    }

    /// <inheritdoc />
    public async ValueTask<ReceiveStatus> ResumeAsync()
    {
        var login = _login!;
        var step = await login.NextAsync().ConfigureAwait(false);
        if (login.IsGivenUp || !TryEnterFrom(SessionState.Authenticating))
        {
            return ReceiveStatus.Close;
        }

        var batch = FlushBatch.OfThread;
        var status = Proceed(login.Take(step, batch), batch);
        batch.Flush();
        return status;
    }

    /// <inheritdoc />
    public void PeerIsGone() => _login?.GiveUp();

    /// <inheritdoc />
    public void Disconnected(DisconnectReason reason)
    {
        _state = (int)SessionState.Failed;
        _deadline?.Dispose();
        _login?.Leave();
        if (_resumable?.TryDetach(reason, _intake, FlushBatch.OfThread) is true)
        {
            ResumptionLog.Detached(_context.Logger, _connection.Info.ConnectionId, _id, reason);
        }
        else
        {
            SessionLog.Disconnected(_context.Logger, _connection.Info.ConnectionId, LoggedId, reason);
            Leave(FlushBatch.OfThread);
        }

        FlushBatch.OfThread.Flush();
    }

    /// <summary>As <see cref="Goodbye"/>, because another session wants it. Any thread.</summary>
    public void Kill(string reason, string? message, MemberIdentity by)
    {
        if (Volatile.Read(ref _member) is { } member)
        {
            SessionLog.Killed(_context.Logger, member.Identity, _realm!.Realm.Name, reason, message, by);
        }

        Goodbye(reason, message);
    }

    /// <summary>Drops the connection: the session goes on over another one. Any thread.</summary>
    public void DropConnection() => _connection.Abort();

    /// <summary>
    /// Ends the session from outside its loop: GOODBYE, then the connection when the peer has answered or its time is over. A session
    /// not yet established just loses its connection. Any thread.
    /// </summary>
    public void Goodbye(string reason, string? message)
    {
        if (Interlocked.CompareExchange(ref _state, (int)SessionState.ShuttingDown, (int)SessionState.Established) != (int)SessionState.Established)
        {
            _connection.RequestClose();
            return;
        }

        var batch = FlushBatch.OfThread;
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Goodbye, reason, message), batch);
        StartDeadline(_context.Options.GoodbyeTimeout);
        LeaveRealm(batch);
        batch.Flush();
    }

    private ReceiveStatus Admit(in WampMessage message, FlushBatch batch) => (SessionState)_state switch
    {
        SessionState.Established => OnEstablished(message, batch),
        SessionState.Closed => OnClosed(message, batch),
        SessionState.Challenging => OnChallenging(message, batch),
        SessionState.ShuttingDown => message.Code is MessageCode.Goodbye or MessageCode.Abort ? ReceiveStatus.Close : ReceiveStatus.Continue,
        _ => ReceiveStatus.Close,
    };

    private ReceiveStatus OnUnfit(in WampMessage message, string fault, FlushBatch batch) => ((SessionState)_state, message.Code) switch
    {
        (_, MessageCode.Goodbye or MessageCode.Abort) => Admit(message, batch),     // it ends what it ends, whatever its details hold
        (SessionState.Established, _) => Refuse(message, _unfit.ForContent(message.Code, fault, _id), batch),
        (SessionState.Closed, MessageCode.Hello) or (SessionState.Challenging, MessageCode.Authenticate) =>
            Abort(WampErrors.InvalidArgument, _unfit.ForContent(message.Code, fault, _id).Message, batch),
        _ => Admit(message, batch),
    };

    /// <summary>Answers a message that cannot be routed. It counts as any other.</summary>
    private ReceiveStatus Refuse(in WampMessage message, in Refusal refusal, FlushBatch batch)
    {
        if (Volatile.Read(ref _member) is not { } member)
        {
            return ReceiveStatus.Continue;
        }

        var violation = TakeIn(message, member) ?? _realm!.Realm.Refuse(member, message, refusal, batch);
        return violation is null ? ReceiveStatus.Continue : Violation(violation, batch);
    }

    private string? TakeIn(in WampMessage message, Member member)
    {
        var violation = _intake.Admit(message, member, _realm!.Settings.RequestIds, out var isToBeReported);
        if (isToBeReported)
        {
            SessionLog.RequestIdOutOfOrder(_context.Logger, _connection.Info.ConnectionId, _id, message.Request);
        }

        return violation;
    }

    private ReceiveStatus OnEstablished(in WampMessage message, FlushBatch batch)
    {
        if (Volatile.Read(ref _member) is not { } member)
        {
            return ReceiveStatus.Continue;      // GOODBYE from another thread came in between
        }

        if (TakeIn(message, member) is { } fault)
        {
            return Violation(fault, batch);
        }

        switch (message.Code)
        {
            case MessageCode.Goodbye:
                return OnGoodbye(batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            case MessageCode.Call when _context.Live.IsDraining && !member.Continues(message):
                member.Peer.Refuse(MessageCode.Call, message.Request, new Refusal(WampErrors.Unavailable, "the router is shutting down"), batch);
                return ReceiveStatus.Continue;
            default:
                // Authorize, Route, Encode and Enqueue, on this thread, before the call returns.
                return _realm!.Realm.Route(member, message, batch) is { } violation ? Violation(violation, batch) : ReceiveStatus.Continue;
        }
    }

    private ReceiveStatus OnClosed(in WampMessage message, FlushBatch batch)
    {
        switch (message.Code)
        {
            case MessageCode.Hello:
                if (!HelloRequest.TryRead(message, out var hello, out var violation))
                {
                    return Violation(violation, batch);
                }

                if (!TryEnterFrom(SessionState.Closed))
                {
                    return ReceiveStatus.Close;
                }

                _connection.Outbox.Unseal();
                (_intake, _resumable) = (default, null);
                _login = new Login(hello, _context, this, _peer, _connection.Info);
                _id = _login.Id;
                return Proceed(_login.Begin(batch), batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            case MessageCode.Goodbye when _id != 0:
                return ReceiveStatus.Close;     // an answer to our answer; the session is over anyway
            default:
                return Violation($"{message.Code.Name()} came before HELLO", batch);
        }
    }

    private ReceiveStatus OnChallenging(in WampMessage message, FlushBatch batch)
    {
        switch (message.Code)
        {
            case MessageCode.Authenticate:
                if (!TryEnterFrom(SessionState.Challenging))
                {
                    return ReceiveStatus.Close;
                }

                return Proceed(_login!.Answer(message.Text, batch), batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            default:
                return Violation($"{message.Code.Name()} came where AUTHENTICATE was due", batch);
        }
    }

    private ReceiveStatus Proceed(Entry entry, FlushBatch batch)
    {
        switch (entry)
        {
            case Entry.Entered entered:
                Establish(entered, batch);
                return ReceiveStatus.Continue;
            case Entry.Challenged challenged:
                _state = (int)SessionState.Challenging;
                _connection.Outbox.TryEnqueue(SessionMessages.Challenge(_peer.Encoding, challenged.AuthMethod), batch);
                return ReceiveStatus.Continue;
            case Entry.Refused { Reason: WampErrors.SystemShutdown } when _context.Options.Shutdown == WampShutdownNotice.Restart:
                _state = (int)SessionState.Failed;
                return ReceiveStatus.Close;     // an ABORT would be final to many clients; how the connection closes says that they may come back
            case Entry.Refused refused:
                return Abort(refused.Reason, refused.Message, batch);
            default:
                (entry is Entry.Waiting { IsTimed: true } ? _deadline : null)?.Dispose();
                _state = (int)SessionState.Authenticating;
                return ReceiveStatus.Wait;
        }
    }

    private void Establish(Entry.Entered entered, FlushBatch batch)
    {
        _deadline?.Dispose();
        (_deadline, _login, _realm) = (null, null, entered.Realm);
        _peer.Overflow = _realm.Settings.Overflow;
        var identity = entered.Member.Identity;
        (_id, _intake, _resumable) = (identity.Session, entered.Intake, entered.Resumable);
        Volatile.Write(ref _member, entered.Member);
        if (!entered.IsNew)
        {
            _state = (int)SessionState.Established;
            ResumptionLog.Resumed(_context.Logger, _connection.Info.ConnectionId, _id);
            return;
        }

        _connection.Outbox.TryEnqueue(SessionMessages.Welcome(_peer.Encoding, identity, _realm.Realm.Name, MaxMessageBytes, entered.Terms), batch);
        _state = (int)SessionState.Established;
        _realm.Realm.Announce(entered.Member, batch);
        SessionLog.Joined(_context.Logger, _connection.Info.ConnectionId, _id, _realm.Realm.Name, identity.AuthId, identity.AuthRole);
    }

    private ReceiveStatus OnGoodbye(FlushBatch batch)
    {
        if (Interlocked.CompareExchange(ref _state, (int)SessionState.Closed, (int)SessionState.Established) != (int)SessionState.Established)
        {
            return ReceiveStatus.Close;     // ours went out at the same moment: that counts as the answer
        }

        Leave(batch);
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Goodbye, WampErrors.GoodbyeAndOut, null), batch);
        var limit = _context.Options.HelloTimeout;
        StartDeadline(limit < WampSessionOptions.TimeForAnotherHello ? limit : WampSessionOptions.TimeForAnotherHello);
        return ReceiveStatus.Continue;
    }

    private ReceiveStatus OnAbort(in WampMessage abort, FlushBatch batch)
    {
        SessionLog.AbortedByPeer(_context.Logger, _connection.Info.ConnectionId, LoggedId, System.Text.Encoding.UTF8.GetString(abort.Text));
        _state = (int)SessionState.Failed;
        Leave(batch);
        return ReceiveStatus.Close;
    }

    private ReceiveStatus Violation(string text, FlushBatch batch)
    {
        SessionMetrics.Violations.Add(1);
        SessionLog.Violation(_context.Logger, _connection.Info, LoggedId, text);
        return Abort(WampErrors.ProtocolViolation, text, batch);
    }

    private ReceiveStatus Abort(string reason, string message, FlushBatch batch)
    {
        _state = (int)SessionState.Failed;
        Leave(batch);
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Abort, reason, message), batch);
        return ReceiveStatus.Close;
    }

    /// <summary>The session is over: for the realm and for the list of live sessions.</summary>
    private void Leave(FlushBatch batch)
    {
        LeaveRealm(batch);
        _context.Live.Remove(_id);
    }

    private void LeaveRealm(FlushBatch batch)
    {
        if (Interlocked.Exchange(ref _member, null) is not { } member)
        {
            return;
        }

        if (_resumable is { } resumable)
        {
            resumable.End(batch);
        }
        else
        {
            _realm!.Realm.Leave(member, batch);
        }
    }

    private void StartDeadline(TimeSpan timeout)
    {
        _deadline?.Dispose();
        _deadline = _context.Time.CreateTimer(static session => ((Session)session!).OnDeadline(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    private void OnDeadline()
    {
        var state = (SessionState)_state;
        SessionLog.Deadline(_context.Logger, _connection.Info, LoggedId, state);
        var isComingIn = state is SessionState.Challenging or SessionState.Authenticating || (state is SessionState.Closed && LoggedId is null);
        if (isComingIn
            && Interlocked.CompareExchange(ref _state, (int)SessionState.Failed, (int)state) == (int)state)
        {
            var batch = FlushBatch.OfThread;
            _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Abort, WampErrors.Timeout, WhatTookTooLong(state)), batch);
            batch.Flush();
            _login?.GiveUp();
        }

        _connection.RequestClose();
    }

    private string WhatTookTooLong(SessionState state) => FormattableString.Invariant(
        $"{(state == SessionState.Authenticating ? "too many logins at the same time; try again:" : "no")} WELCOME within {_context.Options.HelloTimeout.TotalSeconds} s");

    /// <summary>The loop goes on with the login, unless its time was over first.</summary>
    private bool TryEnterFrom(SessionState state) => Interlocked.CompareExchange(ref _state, (int)SessionState.Entering, (int)state) == (int)state;
}
