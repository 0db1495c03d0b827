using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Login;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// The session that a connection has in a realm, from WELCOME until it is ended, which happens exactly once. Passes what the client sends on to
/// the realm. One per connection; where one session follows another on it, this object serves both.
/// </summary>
/// <remarks>Session loop only, except <see cref="Member"/>, <see cref="StopWaiting"/> and <see cref="Leave"/>, which any thread may use.</remarks>
internal sealed class Membership(SessionContext context, IConnection connection)
{
    private Member? _member;                    // taken by the thread that ends it
    private HostedRealm? _realm;                // set at the first WELCOME; null: no session on this connection yet
    private ReceiveState _received;
    private UnfitMessages _unfit = new(context, connection);
    private HeldMessage? _held;                 // while a decision about it is awaited
    private ResumableSession? _resumable;       // null where the session cannot be resumed; else it ends the membership

    /// <summary>The session as a member of its realm; null before and after. Any thread.</summary>
    public Member? Member => Volatile.Read(ref _member);

    /// <summary>The most that the session may send in a second by its role; null: no limit of its own.</summary>
    public TrafficRates? Rates => Member is { } member ? _realm!.Realm.RoleOf(member).Rates : null;

    /// <summary>The id of the session, or of the one that is logging in; 0 before the first HELLO.</summary>
    public ulong Id { get; private set; }

    /// <summary>The session id for the log; null where this connection has not had a WELCOME.</summary>
    public ulong? LoggedId => _realm is null ? null : Id;

    /// <summary>The name of the realm. Only after a WELCOME.</summary>
    public string RealmName => _realm!.Realm.Name;

    /// <summary>A client has asked for a session.</summary>
    /// <param name="id">The id of the new session, unless the client resumes an older one.</param>
    public void Expect(ulong id) => (Id, _received, _resumable) = (id, default, null);

    /// <summary>The client has got its session.</summary>
    public void Enter(LoginStep.Entered entered)
    {
        (Id, _realm, _received, _resumable) = (entered.Member.Identity.Session, entered.Realm, entered.ReceiveState, entered.Resumable);
        Volatile.Write(ref _member, entered.Member);
    }

    /// <summary>Counts a message, and checks what can be checked without knowing its meaning. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? Admit(in WampMessage message, Member member)
    {
        var violation = _received.Admit(message, member, _realm!.Settings.RequestIds, out var shouldLog);
        if (shouldLog)
        {
            SessionLog.RequestIdOutOfOrder(context.Logger, connection.Info.ConnectionId, Id, message.Request);
        }

        return violation;
    }

    /// <summary>
    /// The stages Authorize, Route, Encode and Enqueue of an admitted message; all done when the call returns. Returns why the session does not go on: a protocol violation, or a decision that must be
    /// awaited before the same message is routed again. Null: it does.
    /// </summary>
    public Interruption? Route(in WampMessage message, Member member, FlushBatch batch)
    {
        if (message.Code is MessageCode.Call && context.Live.IsDraining && !member.Continues(message))
        {
            member.Peer.Refuse(MessageCode.Call, message.Request, new Refusal(WampErrors.Unavailable, "the router is shutting down"), batch);
            return null;
        }

        return _realm!.Realm.Route(member, message, batch);
    }

    /// <summary>Whether a message is held until there is a decision about it.</summary>
    public bool IsHolding => _held is not null;

    /// <summary>The message that was routed last waits for a decision. False where another thread has just ended the membership.</summary>
    public bool Hold(AwaitedDecision awaited)
    {
        if (Member is not { } member)
        {
            return false;
        }

        if (_held is { } held)
        {
            held.Decision = awaited.Decision;       // another policy holds by now, and asks again
        }
        else
        {
            Interlocked.Exchange(ref _held, new HeldMessage(member, awaited.Decision));
        }

        if (Member is null)
        {
            awaited.Decision.GiveUp();      // the thread that has just ended the membership may not have seen it
        }

        return true;
    }

    /// <summary>Keeps the bytes of the message that is held. Where there is no room for them it is refused, and held no longer.</summary>
    /// <param name="message">Borrowed for the call.</param>
    /// <param name="decoded">The same message.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>A protocol violation, or null.</returns>
    public ProtocolViolation? Keep(ReadOnlySpan<byte> message, in WampMessage decoded, FlushBatch batch)
    {
        if (_held!.TryKeep(message) is not { } refusal)
        {
            return null;
        }

        Release();
        return Member is { } member ? _realm!.Realm.Refuse(member, decoded, refusal, batch) : null;
    }

    /// <summary>Completes when there is a decision about the message that is held, or will be none.</summary>
    public Task DecisionAsync() => _held!.Decision.Completion;

    /// <summary>Routes the message that is held, like <see cref="Route"/>. It stays held: another policy may ask again.</summary>
    public Interruption? RouteHeld(FlushBatch batch)
    {
        if (Member is not { } member)
        {
            return null;        // another thread has ended the membership meanwhile
        }

        member.Decided = _held!.Decision;
        MessageReader.Read(connection.Info.Encoding.Format, _held.Message, out var message, out _);
        return Route(message, member, batch);
    }

    /// <summary>Holds the message no longer.</summary>
    public void Release() => Interlocked.Exchange(ref _held, null)?.Dispose();

    /// <summary>The session has ended: nobody waits for the decision any more. Any thread.</summary>
    public void StopWaiting() => Volatile.Read(ref _held)?.Decision.GiveUp();

    /// <summary>Answers a message whose content cannot be passed on. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? RefuseForContent(in WampMessage message, string fault, FlushBatch batch) => Refuse(message, ExplainContent(message.Code, fault), batch);

    /// <summary>Answers a message that was too large and was skipped. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? RefuseForSize(in WampMessage message, long size, FlushBatch batch) => Refuse(message, _unfit.ForSize(message.Code, size, Id), batch);

    /// <summary>The error for a message whose content cannot be passed on. Counts the message.</summary>
    public Refusal ExplainContent(MessageCode code, string fault) => _unfit.ForContent(code, fault, Id);

    /// <summary>Keeps the session beyond the end of its connection, if that is possible.</summary>
    /// <param name="reason">Why the connection has ended.</param>
    /// <param name="batch">Flushed by the caller.</param>
    public bool TryDetach(DisconnectReason reason, FlushBatch batch) => _resumable?.TryDetach(reason, _received, batch) is true;

    /// <summary>Ends the membership, unless it has ended already. Any thread.</summary>
    public void Leave(FlushBatch batch)
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

    /// <summary>Answers a message that cannot be routed. It counts like any other message.</summary>
    private ProtocolViolation? Refuse(in WampMessage message, in Refusal refusal, FlushBatch batch)
    {
        if (Member is not { } member)
        {
            return null;
        }

        // No role will read the options of this message, so they are checked here.
        return Admit(message, member) ?? (OptionRules.TryCheck(message.Format, message, out var fault) ? null : ProtocolViolation.Of(fault))
            ?? _realm!.Realm.Refuse(member, message, refusal, batch);
    }
}
