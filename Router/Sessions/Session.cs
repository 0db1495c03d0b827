using WampRouter.Realms;
using WampRouter.Sessions.Authentication;
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
internal sealed class Session : IMessageReceiver
{
    private readonly SessionContext _context;
    private readonly IConnection _connection;
    private readonly SessionPeer _peer;
    private readonly WireFormat _format;
    private ITimer? _deadline;                  // HELLO to WELCOME, or our GOODBYE to theirs
    private volatile int _state = (int)SessionState.Closed;
    private Member? _member;                    // taken by whoever ends the membership, exactly once
    private HelloRequest? _hello;
    private HostedRealm? _realm;
    private ulong _id;
    private RequestIdSequence _requests;
    private IPendingAuthentication? _challenge;
    private Task<AuthenticationStep>? _checking;

    public Session(SessionContext context, IConnection connection)
    {
        _context = context;
        _connection = connection;
        _format = connection.Info.Encoding.Format;
        _peer = new SessionPeer(this, connection, context.Logger);
        StartDeadline(context.Options.HelloTimeout);
    }

    /// <summary>Calls this session waits for.</summary>
    public int PendingCalls => Volatile.Read(ref _member)?.Calls.Count ?? 0;

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        // Decode
        _peer.CountReceived(message.Length);
        if (!MessageReader.TryRead(_format, message, out var decoded, out var fault))
        {
            return Violation(fault!, batch);
        }

        // Admit
        return (SessionState)_state switch
        {
            SessionState.Established => OnEstablished(decoded, batch),
            SessionState.Closed => OnClosed(decoded, batch),
            SessionState.Challenging => OnChallenging(decoded, batch),
            SessionState.ShuttingDown => decoded.Code is MessageCode.Goodbye or MessageCode.Abort ? ReceiveStatus.Close : ReceiveStatus.Continue,
            _ => ReceiveStatus.Close,
        };
    }

    /// <inheritdoc />
    public async ValueTask<ReceiveStatus> ResumeAsync()
    {
        var step = await _checking!.ConfigureAwait(false);
        _checking = null;
        var batch = FlushBatch.OfThread;
        var status = Take(step, batch);
        batch.Flush();
        return status;
    }

    /// <inheritdoc />
    public void Disconnected(DisconnectReason reason)
    {
        _state = (int)SessionState.Failed;
        _deadline?.Dispose();
        SessionLog.Disconnected(_context.Logger, _connection.Info.ConnectionId, _id, reason);
        Leave(FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
    }

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

    private ReceiveStatus OnEstablished(in WampMessage message, FlushBatch batch)
    {
        if (Volatile.Read(ref _member) is not { } member)
        {
            return ReceiveStatus.Continue;      // GOODBYE from another thread came in between
        }

        if (message.Code.IsRequest() && !member.Continues(message) && !TryAdvance(message.Request))
        {
            return Violation("request ids must be 1, 2, 3… in this realm; this one is out of order", batch);
        }

        if (message.HasOptions && !OptionRules.TryCheck(_format, message, out var fault))
        {
            return Violation(fault!, batch);
        }

        switch (message.Code)
        {
            case MessageCode.Goodbye:
                return OnGoodbye(batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            case MessageCode.Call when _context.Live.IsDraining && !member.Continues(message):
                _peer.Refuse(MessageCode.Call, message.Request, new Refusal(WampErrors.Unavailable, "the router is shutting down"), batch);
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

                _connection.Outbox.Unseal();
                _id = WampId.NextUnguessable();
                _requests = default;
                return Take(Handshake.Begin(hello, _context, _connection.Info, out _realm), batch, hello);
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
                var check = _challenge!.AnswerAsync(message.Text);
                _challenge = null;
                if (check.IsCompletedSuccessfully)
                {
                    return Take(check.Result, batch);
                }

                _state = (int)SessionState.Authenticating;
                _checking = check.AsTask();
                return ReceiveStatus.Wait;
            case MessageCode.Abort:
                return OnAbort(message, batch);
            default:
                return Violation($"{message.Code.Name()} came where AUTHENTICATE was due", batch);
        }
    }

    private ReceiveStatus Take(AuthenticationStep step, FlushBatch batch, HelloRequest? hello = null)
    {
        _hello = hello ?? _hello;
        switch (step)
        {
            case AuthenticationStep.Challenge challenge:
                _challenge = challenge.Pending;
                _state = (int)SessionState.Challenging;
                _connection.Outbox.TryEnqueue(SessionMessages.Challenge(_peer.Encoding, challenge.AuthMethod), batch);
                return ReceiveStatus.Continue;
            case AuthenticationStep.Accept accept:
                return Join(accept, batch);
            case AuthenticationStep.Refuse refuse:
                SessionLog.Refused(_context.Logger, _connection.Info.ConnectionId, _hello!.Realm, refuse.Reason, refuse.LogDetail);
                return Abort(refuse.Reason, refuse.Message, batch);
            default:
                throw new InvalidOperationException($"Unknown step {step}.");
        }
    }

    private ReceiveStatus Join(AuthenticationStep.Accept accept, FlushBatch batch)
    {
        var hosted = _realm!;
        var identity = new MemberIdentity(_id, accept.AuthId, accept.AuthRole, accept.AuthMethod, accept.AuthProvider) { Transport = _connection.Info.Describe() };
        _peer.Overflow = hosted.Settings.Overflow;
        if (!_context.Live.TryAdd(_id, this))
        {
            return Abort(WampErrors.SystemShutdown, "the router is shutting down", batch);
        }

        if (!hosted.Realm.TryJoin(identity, _hello!.Features, _peer, out var member))
        {
            _context.Live.Remove(_id);
            return Abort(WampErrors.Unavailable, "the realm has reached its limit of sessions", batch);
        }

        _deadline?.Dispose();
        _deadline = null;
        Volatile.Write(ref _member, member);
        _connection.Outbox.TryEnqueue(SessionMessages.Welcome(_peer.Encoding, identity, hosted.Realm.Name), batch);
        _state = (int)SessionState.Established;
        hosted.Realm.Announce(member, batch);
        SessionLog.Joined(_context.Logger, _connection.Info.ConnectionId, _id, hosted.Realm.Name, accept.AuthId, accept.AuthRole);
        return ReceiveStatus.Continue;
    }

    private ReceiveStatus OnGoodbye(FlushBatch batch)
    {
        if (Interlocked.CompareExchange(ref _state, (int)SessionState.Closed, (int)SessionState.Established) != (int)SessionState.Established)
        {
            return ReceiveStatus.Close;     // ours went out at the same moment: that counts as the answer
        }

        Leave(batch);
        _connection.Outbox.TryEnqueueFinal(SessionMessages.Farewell(_peer.Encoding, MessageCode.Goodbye, WampErrors.GoodbyeAndOut, null), batch);
        StartDeadline(_context.Options.HelloTimeout);       // the connection may carry another HELLO, but not idle for ever
        return ReceiveStatus.Continue;
    }

    private ReceiveStatus OnAbort(in WampMessage abort, FlushBatch batch)
    {
        SessionLog.AbortedByPeer(_context.Logger, _connection.Info.ConnectionId, _id, System.Text.Encoding.UTF8.GetString(abort.Text));
        _state = (int)SessionState.Failed;
        Leave(batch);
        return ReceiveStatus.Close;
    }

    private ReceiveStatus Violation(string text, FlushBatch batch)
    {
        SessionMetrics.Violations.Add(1);
        SessionLog.Violation(_context.Logger, _connection.Info.ConnectionId, _id, text);
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
        if (Interlocked.Exchange(ref _member, null) is { } member)
        {
            _realm!.Realm.Leave(member, batch);
        }
    }

    private bool TryAdvance(ulong request)
    {
        var check = _realm!.Settings.RequestIds;
        if (_requests.ShouldReport(request, check))
        {
            SessionLog.RequestIdOutOfOrder(_context.Logger, _connection.Info.ConnectionId, _id, request);
        }

        return _requests.TryAdvance(request, check);
    }

    private void StartDeadline(TimeSpan timeout)
    {
        _deadline?.Dispose();
        _deadline = _context.Time.CreateTimer(static session => ((Session)session!).OnDeadline(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    private void OnDeadline()
    {
        SessionLog.Deadline(_context.Logger, _connection.Info.ConnectionId, (SessionState)_state);
        _connection.RequestClose();
    }
}
