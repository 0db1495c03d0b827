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
/// <remarks>Session loop only, except <see cref="Member"/> and <see cref="Leave"/>, which any thread may use.</remarks>
internal sealed class Membership(SessionContext context, IConnection connection)
{
    private Member? _member;                    // taken by the thread that ends it
    private HostedRealm? _realm;                // set at the first WELCOME; null: no session on this connection yet
    private ReceiveState _received;
    private UnfitMessages _unfit = new(context, connection);
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

    /// <summary>Answers a message whose content cannot be passed on. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? RefuseForContent(in WampMessage message, string fault, FlushBatch batch) => Refuse(message, ExplainContent(message.Code, fault), batch);

    /// <summary>Answers a message that was too large and was skipped. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? RefuseForSize(in WampMessage message, long size, FlushBatch batch) => Refuse(message, _unfit.ForSize(message.Code, size, Id), batch);

    /// <summary>Answers a message for which there was no room while it waited. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? RefuseForRoom(in WampMessage message, in Refusal refusal, FlushBatch batch) =>
        Member is { } member ? _realm!.Realm.Refuse(member, message, refusal, batch) : null;

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
