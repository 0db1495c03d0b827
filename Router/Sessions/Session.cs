using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// One peer from HELLO to GOODBYE. A message passes eight stages, with these names in code, logs and docs:
/// Receive (the transport) → Decode → Admit (is it allowed in this state?) → Authorize → Route (the realm) → Encode → Enqueue → Flush (the outbox).
/// </summary>
/// <remarks>
/// The transport's read loop runs everything except <see cref="Goodbye"/> and the deadline. These come on other threads; <see cref="_state"/> decides
/// which thread is first. Sends go straight to the outbox, which is safe on any thread.
/// </remarks>
internal sealed class Session : IMessageReceiver, ILiveSession
{
    private readonly SessionContext _context;
    private readonly IConnection _connection;
    private readonly SessionPeer _peer;
    private readonly WireFormat _format;
    private ITimer? _deadline;                  // from HELLO to WELCOME, or from the router's GOODBYE to the peer's
    private StateCell _state = new();
    private readonly Membership _membership;
    private LoginDialogue? _login;              // from HELLO to WELCOME
    private IdleWatch _idle;

    public Session(SessionContext context, IConnection connection)
    {
        _context = context;
        _connection = connection;
        _format = connection.Info.Encoding.Format;
        _peer = new SessionPeer(this, connection, context);
        _membership = new Membership(context, connection);
        StartDeadline(context.Options.HelloTimeout);
    }

    /// <summary>How the peer reached the router.</summary>
    public MemberTransport Transport => _connection.Info.Describe();

    /// <summary>Where the peer is, for logs.</summary>
    public string Address => _connection.Info.DescribeAddress();

    /// <summary>The largest message the peer may send, in bytes.</summary>
    public int MaxMessageBytes => _connection.MaxMessageBytes;

    /// <inheritdoc />
    public string? AuthId => _membership.Member?.Identity.AuthId;

    /// <inheritdoc />
    public TrafficRates? Rates => _membership.Rates;

    /// <inheritdoc />
    public int PendingCalls => _membership.Member?.Calls.Count ?? 0;

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        // Decode
        _peer.CountReceived(message.Length);
        var reading = MessageReader.Read(_format, message, out var decoded, out var fault, _connection.ChecksText);
        _connection.Traffic?.Received(decoded.Code, message.Length, batch);
        var status = reading switch
        {
            Reading.Whole => Admit(decoded, batch),
            Reading.Unfit => OnUnfit(decoded, fault!, batch),
            _ => Violation(fault!, batch),
        };
        return status == ReceiveStatus.Wait && _membership.IsHolding ? Keep(message, decoded, batch) : status;
    }

    /// <inheritdoc />
    public bool ReadsPastTooLarge => _state.Current is SessionState.Established or SessionState.ShuttingDown;

    /// <inheritdoc />
    public ReceiveStatus ReceiveTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch)
    {
        _peer.CountReceived((int)size);
        var isReadable = MessageReader.TryReadHead(_format, head, out var decoded, out var fault);
        _connection.Traffic?.Received(decoded.Code, size, batch);
        if (!isReadable)
        {
            return Violation(
                FormattableString.Invariant($"a message has {size} bytes, more than this router takes (WampRouter:Transports:MaxMessageBytes is {MaxMessageBytes}), and its beginning does not tell what to answer: {fault}"), batch);
        }

        return _state.Current is SessionState.Established && decoded.Code is not (MessageCode.Goodbye or MessageCode.Abort)
            ? Continue(_membership.RefuseForSize(decoded, size, batch), batch)
            : Admit(decoded, batch);
    }

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        if (IdleLimit.Shorter(_context.IdleLimit, _connection.IdleLimit) is not { } limit || _membership.Member is not { } member)
        {
            return;
        }

        var traffic = _peer.Traffic;
        if (_idle.Look(traffic.ReceivedMessages + traffic.SentMessages, now, _context.Time) >= limit.Timeout)
        {
            SessionLog.Idle(_context.Logger, _connection.Info.ConnectionId, _connection.Info.Address, member.Identity.AuthId, member.Identity.Session, limit.Timeout, limit.Setting);
            _context.Metrics.Idle(limit.Setting);
            Goodbye(WampErrors.Timeout, $"no message came or went for {limit.Timeout} ({limit.Setting})");
        }
    }

    /// <inheritdoc />
    public ValueTask<ReceiveStatus> ResumeAsync() => _membership.IsHolding ? GoOnAsync() : _login!.GoOnAsync();

    /// <inheritdoc />
    public void PeerIsGone() => _login?.GiveUp(isLate: false);

    /// <inheritdoc />
    public void Disconnected(DisconnectReason reason)
    {
        _state.Current = SessionState.Failed;
        _deadline?.Dispose();
        _login?.Leave();
        if (_membership.TryDetach(reason, FlushBatch.OfThread))
        {
            ResumptionLog.Detached(_context.Logger, _connection.Info.ConnectionId, _membership.Id, reason);
        }
        else
        {
            SessionLog.Disconnected(_context.Logger, _connection.Info.ConnectionId, _membership.LoggedId, reason);
            Leave(FlushBatch.OfThread);
        }

        FlushBatch.OfThread.Flush();
    }

    /// <summary>Like <see cref="Goodbye"/>, at the request of another session, and logged. Any thread.</summary>
    public void Kill(string reason, string? message, MemberIdentity? by)
    {
        if (_membership.Member is { } member)
        {
            SessionLog.Killed(_context.Logger, member.Identity, _membership.RealmName, reason, message, by);
        }

        Goodbye(reason, message);
    }

    /// <summary>The login goes on, unless its deadline was first. Session loop only.</summary>
    public bool TryEnterFrom(SessionState state) => _state.TryGo(state, SessionState.Entering);

    /// <summary>The login has come to another state, which its deadline does not contest. Session loop only.</summary>
    public void Enter(SessionState state) => _state.Current = state;

    /// <summary>The peer has done its part: the deadline of the login no longer holds. Session loop only.</summary>
    public void StopDeadline()
    {
        _deadline?.Dispose();
        _deadline = null;
    }

    /// <summary>The login is over, and the session is established. Session loop only.</summary>
    public void Welcomed() => _login = null;

    /// <summary>Drops the connection because the session goes on over another one. Any thread.</summary>
    public void DropConnection() => _connection.Abort();

    /// <summary>
    /// Ends the session from outside its loop: sends GOODBYE, then closes the connection when the peer has answered or its time is over. A session
    /// that is not established only loses its connection. Any thread.
    /// </summary>
    public void Goodbye(string reason, string? message)
    {
        if (!_state.TryGo(SessionState.Established, SessionState.ShuttingDown))
        {
            _connection.RequestClose();
            return;
        }

        var batch = FlushBatch.OfThread;
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Goodbye, reason, message), batch);
        StartDeadline(_context.Options.GoodbyeTimeout);
        _membership.Leave(batch);
        _membership.StopWaiting();
        batch.Flush();
    }

    private ReceiveStatus Admit(in WampMessage message, FlushBatch batch) => _state.Current switch
    {
        SessionState.Established => OnEstablished(message, batch),
        SessionState.Closed => OnClosed(message, batch),
        SessionState.Challenging => OnChallenging(message, batch),
        SessionState.ShuttingDown => message.Code is MessageCode.Goodbye or MessageCode.Abort ? ReceiveStatus.Close : ReceiveStatus.Continue,
        _ => ReceiveStatus.Close,
    };

    private ReceiveStatus OnUnfit(in WampMessage message, string fault, FlushBatch batch) => (_state.Current, message.Code) switch
    {
        (_, MessageCode.Goodbye or MessageCode.Abort) => Admit(message, batch),     // ends the session or login, even if its details are unfit
        (SessionState.Established, _) => Continue(_membership.RefuseForContent(message, fault, batch), batch),
        (SessionState.Closed, MessageCode.Hello) or (SessionState.Challenging, MessageCode.Authenticate) =>
            Abort(WampErrors.InvalidArgument, _membership.ExplainContent(message.Code, fault).Message, batch),
        _ => Admit(message, batch),
    };

    private ReceiveStatus Continue(Interruption? interruption, FlushBatch batch) => interruption switch
    {
        null => ReceiveStatus.Continue,
        AwaitedDecision awaited => _membership.Hold(awaited) ? ReceiveStatus.Wait : ReceiveStatus.Continue,
        _ => Violation(((ProtocolViolation)interruption).Text, batch),
    };

    private ReceiveStatus Keep(ReadOnlySpan<byte> message, in WampMessage decoded, FlushBatch batch)
    {
        var violation = _membership.Keep(message, decoded, batch);
        return _membership.IsHolding ? ReceiveStatus.Wait : Continue(violation, batch);
    }

    /// <summary>Routes the message that was held, now that there is a decision about it.</summary>
    private async ValueTask<ReceiveStatus> GoOnAsync()
    {
        await _membership.DecisionAsync().ConfigureAwait(false);
        var batch = FlushBatch.OfThread;
        var status = Continue(_membership.RouteHeld(batch), batch);
        if (status != ReceiveStatus.Wait)
        {
            _membership.Release();
        }

        batch.Flush();
        return status;
    }

    private ReceiveStatus OnEstablished(in WampMessage message, FlushBatch batch)
    {
        if (_membership.Member is not { } member)
        {
            return ReceiveStatus.Continue;      // another thread has just ended the session
        }

        if (_membership.Admit(message, member) is { } fault)
        {
            return Violation(fault.Text, batch);
        }

        switch (message.Code)
        {
            case MessageCode.Goodbye:
                return OnGoodbye(batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            default:
                return Continue(_membership.Route(message, member, batch), batch);
        }
    }

    private ReceiveStatus OnClosed(in WampMessage message, FlushBatch batch)
    {
        switch (message.Code)
        {
            case MessageCode.Hello:
                _login = new LoginDialogue(this, _context, _connection, _peer, _membership);
                return _login.Hello(message, batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            case MessageCode.Goodbye when _membership.Id != 0:
                return ReceiveStatus.Close;     // an answer to the router's answer; the session has ended already
            default:
                return Violation($"{message.Code.Name()} came before HELLO", batch);
        }
    }

    private ReceiveStatus OnChallenging(in WampMessage message, FlushBatch batch) => message.Code switch
    {
        MessageCode.Authenticate => _login!.Authenticate(message, batch),
        MessageCode.Abort => OnAbort(message, batch),
        _ => Violation($"{message.Code.Name()} came where AUTHENTICATE was due", batch),
    };

    private ReceiveStatus OnGoodbye(FlushBatch batch)
    {
        if (!_state.TryGo(SessionState.Established, SessionState.Closed))
        {
            return ReceiveStatus.Close;     // the router's GOODBYE went out at the same moment and counts as the answer
        }

        Leave(batch);
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Goodbye, WampErrors.GoodbyeAndOut, null), batch);
        var limit = _context.Options.HelloTimeout;
        StartDeadline(limit < WampSessionOptions.TimeForAnotherHello ? limit : WampSessionOptions.TimeForAnotherHello);
        return ReceiveStatus.Continue;
    }

    private ReceiveStatus OnAbort(in WampMessage abort, FlushBatch batch)
    {
        SessionLog.AbortedByPeer(_context.Logger, _connection.Info.ConnectionId, _membership.LoggedId, System.Text.Encoding.UTF8.GetString(abort.Text));
        _state.Current = SessionState.Failed;
        Leave(batch);
        return ReceiveStatus.Close;
    }

    /// <summary>Ends the session because the peer has broken a rule of the protocol. Session loop only.</summary>
    public ReceiveStatus Violation(string text, FlushBatch batch)
    {
        _context.Metrics.Violation();
        SessionLog.Violation(_context.Logger, _connection.Info, _membership.LoggedId, text);
        return Abort(WampErrors.ProtocolViolation, text, batch);
    }

    /// <summary>Ends the session, or its login, with ABORT. Session loop only.</summary>
    public ReceiveStatus Abort(string reason, string message, FlushBatch batch)
    {
        _state.Current = SessionState.Failed;
        Leave(batch);
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Abort, reason, message), batch);
        return ReceiveStatus.Close;
    }

    /// <summary>Ends the session in the realm and removes it from the live sessions.</summary>
    private void Leave(FlushBatch batch)
    {
        _membership.Leave(batch);
        _context.Live.Remove(_membership.Id);
    }

    private void StartDeadline(TimeSpan timeout)
    {
        _deadline?.Dispose();
        _deadline = _context.Time.CreateTimer(static deadline => ((Deadline)deadline!).Pass(), new Deadline(this, timeout), timeout, Timeout.InfiniteTimeSpan);
    }

    private void OnDeadline(TimeSpan limit)
    {
        var state = _state.Current;
        SessionLog.Deadline(_context.Logger, _connection.Info, _membership.LoggedId, state);
        var isComingIn = state is SessionState.Challenging or SessionState.Authenticating || (state is SessionState.Closed && _membership.LoggedId is null);
        if (isComingIn && _state.TryGo(state, SessionState.Failed))
        {
            var batch = FlushBatch.OfThread;
            _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Abort, WampErrors.Timeout, WhatTookTooLong(state, limit)), batch);
            batch.Flush();
            _context.Metrics.JoinRefused(WampErrors.Timeout, _login?.RealmName);
            _login?.GiveUp(isLate: true);
        }

        _connection.RequestClose();
    }

    private string WhatTookTooLong(SessionState state, TimeSpan limit) => FormattableString.Invariant(
        $"{(state == SessionState.Authenticating && _login?.WhyLate is { } why ? $"{why}: no" : "no")} WELCOME within {limit.TotalSeconds} s");

    /// <summary>A time limit that runs: it stays what it was when it began, whatever the settings say meanwhile.</summary>
    private sealed record Deadline(Session Session, TimeSpan Limit)
    {
        public void Pass() => Session.OnDeadline(Limit);
    }
}
