using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Login;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// The place that the client of a connection has in a realm, from its WELCOME on until somebody ends it, which happens once: what it sends goes through here into
/// the realm. One for each connection; where a session follows another, it follows it here.
/// </summary>
/// <remarks>The session loop, but for <see cref="Member"/> and <see cref="Leave"/>, which are for any thread.</remarks>
internal sealed class Membership(SessionContext context, IConnection connection)
{
    private Member? _member;                    // taken by whoever ends it
    private HostedRealm? _realm;                // from the first WELCOME on; null: there was no session on this connection yet
    private ReceiveState _received;
    private UnfitMessages _unfit = new(context.Logger, connection);
    private ResumableSession? _resumable;       // what of it outlives the connection; it then ends the membership

    /// <summary>Who is a member of the realm now; null before and after. Any thread.</summary>
    public Member? Member => Volatile.Read(ref _member);

    /// <summary>The id of the session, or of the one that is coming in; 0 before the first HELLO.</summary>
    public ulong Id { get; private set; }

    /// <summary>The session for the log, where there is one on this connection or was; HELLO alone makes none.</summary>
    public ulong? LoggedId => _realm is null ? null : Id;

    /// <summary>The name of the realm, once there was a WELCOME.</summary>
    public string RealmName => _realm!.Realm.Name;

    /// <summary>A client asks for a session.</summary>
    /// <param name="id">What it will be called, unless it gets an older one back.</param>
    public void Expect(ulong id) => (Id, _received, _resumable) = (id, default, null);

    /// <summary>It has one.</summary>
    public void Enter(LoginStep.Entered entered)
    {
        (Id, _realm, _received, _resumable) = (entered.Member.Identity.Session, entered.Realm, entered.ReceiveState, entered.Resumable);
        Volatile.Write(ref _member, entered.Member);
    }

    /// <summary>Counts a message, and checks what can be checked without its meaning. Returns a protocol violation, or null.</summary>
    public string? Admit(in WampMessage message, Member member)
    {
        var violation = _received.Admit(message, member, _realm!.Settings.RequestIds, out var shouldLog);
        if (shouldLog)
        {
            SessionLog.RequestIdOutOfOrder(context.Logger, connection.Info.ConnectionId, Id, message.Request);
        }

        return violation;
    }

    /// <summary>Authorize, Route, Encode and Enqueue of an admitted message, on this thread, before the call returns. Returns a protocol violation, or null.</summary>
    public string? Route(in WampMessage message, Member member, FlushBatch batch)
    {
        if (message.Code is MessageCode.Call && context.Live.IsDraining && !member.Continues(message))
        {
            member.Peer.Refuse(MessageCode.Call, message.Request, new Refusal(WampErrors.Unavailable, "the router is shutting down"), batch);
            return null;
        }

        return _realm!.Realm.Route(member, message, batch);
    }

    /// <summary>Answers a message whose content cannot be passed on. Returns a protocol violation, or null.</summary>
    public string? RefuseForContent(in WampMessage message, string fault, FlushBatch batch) => Refuse(message, ExplainContent(message.Code, fault), batch);

    /// <summary>Answers a message that was too large and has been read past. Returns a protocol violation, or null.</summary>
    public string? RefuseForSize(in WampMessage message, long size, FlushBatch batch) => Refuse(message, _unfit.ForSize(message.Code, size, Id), batch);

    /// <summary>What is said of a message whose content cannot be passed on. It is counted.</summary>
    public Refusal ExplainContent(MessageCode code, string fault) => _unfit.ForContent(code, fault, Id);

    /// <summary>Keeps the session beyond the end of its connection, if that is possible.</summary>
    /// <param name="reason">Why the connection has ended.</param>
    /// <param name="batch">Flushed by the caller.</param>
    public bool TryDetach(DisconnectReason reason, FlushBatch batch) => _resumable?.TryDetach(reason, _received, batch) is true;

    /// <summary>Ends the membership, if nobody has. Any thread.</summary>
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

    /// <summary>Answers a message that cannot be routed. It counts as any other.</summary>
    private string? Refuse(in WampMessage message, in Refusal refusal, FlushBatch batch)
    {
        if (Member is not { } member)
        {
            return null;
        }

        // Nobody acts on its options, so nobody else looks at them.
        return Admit(message, member) ?? (OptionRules.TryCheck(message.Format, message, out var fault) ? null : fault)
            ?? _realm!.Realm.Refuse(member, message, refusal, batch);
    }
}
