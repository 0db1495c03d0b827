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
internal sealed partial class Session : IMessageReceiver
{
    private readonly SessionContext _context;
    private readonly IConnection _connection;
    private readonly SessionPeer _peer;
    private readonly WireFormat _format;
    private ITimer? _deadline;                  // HELLO to WELCOME, or our GOODBYE to theirs
    private volatile int _state = (int)State.Closed;
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
        _peer = new SessionPeer(connection, context.Logger);
        StartDeadline(context.Options.HelloTimeout);
    }

    /// <summary>The states of <c>rfc/text/basic/sessions.md</c>, seen from the router.</summary>
    private enum State
    {
        /// <summary>No session on this connection: HELLO comes next.</summary>
        Closed,

        /// <summary>CHALLENGE was sent: AUTHENTICATE comes next.</summary>
        Challenging,

        /// <summary>The answer is being checked: nothing may come.</summary>
        Authenticating,

        /// <summary>WELCOME was sent.</summary>
        Established,

        /// <summary>We said GOODBYE first; everything but the peer's GOODBYE is ignored.</summary>
        ShuttingDown,

        /// <summary>ABORT was sent or received, or the connection is gone: the end.</summary>
        Failed,
    }

    /// <summary>Calls this session waits for.</summary>
    public int PendingCalls => Volatile.Read(ref _member)?.Calls.Count ?? 0;

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        // Decode
        if (!MessageReader.TryRead(_format, message, out var decoded, out var fault))
        {
            return Violation(fault!, batch);
        }

        // Admit
        return (State)_state switch
        {
            State.Established => OnEstablished(decoded, batch),
            State.Closed => OnClosed(decoded, batch),
            State.Challenging => OnChallenging(decoded, batch),
            State.ShuttingDown => decoded.Code is MessageCode.Goodbye or MessageCode.Abort ? ReceiveStatus.Close : ReceiveStatus.Continue,
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
        _state = (int)State.Failed;
        _deadline?.Dispose();
        Log.Disconnected(_context.Logger, _connection.Info.ConnectionId, _id, reason);
        Leave(FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
    }

    /// <summary>
    /// Ends the session from outside its loop: GOODBYE, then the connection when the peer has answered or its time is over. A session
    /// not yet established just loses its connection. Any thread.
    /// </summary>
    public void Goodbye(string reason, string message)
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.ShuttingDown, (int)State.Established) != (int)State.Established)
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

        // Authorize, Route, Encode and Enqueue happen in the realm, on this thread, before this call returns.
        var realm = _realm!.Realm;
        string? violation = null;
        switch (message.Code)
        {
            case MessageCode.Publish:
                violation = realm.Broker.Publish(member, message, batch);
                break;
            case MessageCode.Call when _context.Live.IsDraining:
                _peer.Refuse(MessageCode.Call, message.Request, new Refusal(WampErrors.Unavailable, "the router is shutting down"), batch);
                break;
            case MessageCode.Call:
                violation = realm.Dealer.Call(member, message, batch);
                break;
            case MessageCode.Yield:
                violation = realm.Dealer.Yield(member, message, batch);
                break;
            case MessageCode.Error:
                violation = realm.Dealer.Error(member, message, batch);
                break;
            case MessageCode.Subscribe:
                violation = realm.Broker.Subscribe(member, message, batch);
                break;
            case MessageCode.Unsubscribe:
                realm.Broker.Unsubscribe(member, message, batch);
                break;
            case MessageCode.Register:
                violation = realm.Dealer.Register(member, message, batch);
                break;
            case MessageCode.Unregister:
                realm.Dealer.Unregister(member, message, batch);
                break;
            case MessageCode.Cancel:
                realm.Dealer.Cancel(member, message, batch);
                break;
            case MessageCode.EventReceived:
                break;      // nobody asked for an acknowledgement, so there is nothing to do with one
            case MessageCode.Goodbye:
                return OnGoodbye(batch);
            case MessageCode.Abort:
                return OnAbort(message, batch);
            default:
                violation = $"{message.Code.Name()} is not a message a client may send in an established session";
                break;
        }

        return violation is null ? ReceiveStatus.Continue : Violation(violation, batch);
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

                _state = (int)State.Authenticating;
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
                _state = (int)State.Challenging;
                _connection.Outbox.TryEnqueue(SessionMessages.Challenge(_peer.Encoding, challenge.AuthMethod), batch);
                return ReceiveStatus.Continue;
            case AuthenticationStep.Accept accept:
                return Join(accept, batch);
            case AuthenticationStep.Refuse refuse:
                Log.Refused(_context.Logger, _connection.Info.ConnectionId, _hello!.Realm, refuse.Reason, refuse.LogDetail);
                return Abort(refuse.Reason, refuse.Message, batch);
            default:
                throw new InvalidOperationException($"Unknown step {step}.");
        }
    }

    private ReceiveStatus Join(AuthenticationStep.Accept accept, FlushBatch batch)
    {
        var hosted = _realm!;
        var identity = new MemberIdentity(_id, accept.AuthId, accept.AuthRole, accept.AuthMethod, accept.AuthProvider);
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
        _state = (int)State.Established;
        Log.Joined(_context.Logger, _connection.Info.ConnectionId, _id, hosted.Realm.Name, accept.AuthId, accept.AuthRole);
        return ReceiveStatus.Continue;
    }

    private ReceiveStatus OnGoodbye(FlushBatch batch)
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.Closed, (int)State.Established) != (int)State.Established)
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
        Log.AbortedByPeer(_context.Logger, _connection.Info.ConnectionId, _id, System.Text.Encoding.UTF8.GetString(abort.Text));
        _state = (int)State.Failed;
        Leave(batch);
        return ReceiveStatus.Close;
    }

    private ReceiveStatus Violation(string text, FlushBatch batch)
    {
        SessionMetrics.Violations.Add(1);
        Log.Violation(_context.Logger, _connection.Info.ConnectionId, _id, text);
        return Abort(WampErrors.ProtocolViolation, text, batch);
    }

    private ReceiveStatus Abort(string reason, string message, FlushBatch batch)
    {
        _state = (int)State.Failed;
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
            Log.RequestIdOutOfOrder(_context.Logger, _connection.Info.ConnectionId, _id, request);
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
        Log.Deadline(_context.Logger, _connection.Info.ConnectionId, (State)_state);
        _connection.RequestClose();
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Debug, "{Connection}: session {Session} joined {Realm} as {AuthId} ({AuthRole})")]
        public static partial void Joined(ILogger logger, string connection, ulong session, string realm, string authId, string authRole);

        [LoggerMessage(1202, LogLevel.Debug, "{Connection}: session {Session} ended: {Reason}")]
        public static partial void Disconnected(ILogger logger, string connection, ulong session, DisconnectReason reason);

        [LoggerMessage(1203, LogLevel.Information, "{Connection}: refused from realm '{Realm}' with {Error}. {Detail}")]
        public static partial void Refused(ILogger logger, string connection, string realm, string error, string detail);

        [LoggerMessage(1204, LogLevel.Information, "{Connection}: session {Session} aborted for a protocol violation: {Violation}")]
        public static partial void Violation(ILogger logger, string connection, ulong session, string violation);

        [LoggerMessage(1205, LogLevel.Information, "{Connection}: session {Session} aborted by the peer: {Reason}")]
        public static partial void AbortedByPeer(ILogger logger, string connection, ulong session, string reason);

        [LoggerMessage(1206, LogLevel.Information, "{Connection}: session {Session} sent request id {Request} out of order; logged once")]
        public static partial void RequestIdOutOfOrder(ILogger logger, string connection, ulong session, ulong request);

        [LoggerMessage(1207, LogLevel.Information, "{Connection}: closed, the peer took too long in state {State}")]
        public static partial void Deadline(ILogger logger, string connection, State state);
    }
}
