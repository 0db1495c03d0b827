using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Meta;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Quotas;
using WampRouter.Realms.Reflection;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms;

/// <summary>One routing domain: its broker, its dealer and its members. Sessions of different realms never meet. Any thread.</summary>
internal sealed class Realm
{
    private readonly Lock _applying = new();        // taken before any other
    private readonly LivePolicy _policy;
    private readonly UriTable _uris;
    private readonly MemberTable _known;
    private readonly DefinitionTable _definitions;
    private readonly SessionStatistics _statistics;
    private readonly MetaApi _meta;
    private readonly RealmMetrics _metrics;
    private readonly TestamentPublisher _testaments;
    private readonly DecisionMaker? _decisions;     // null: there is no authorizer
    private readonly DecisionReview? _review;

    /// <param name="settings">What is configured.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="histories">Where event histories are kept; needed if any is configured.</param>
    /// <param name="logger">Logs limits that are reached.</param>
    /// <param name="neighbours">Who is told of its changes, and where publications go besides its subscribers.</param>
    /// <param name="authorizer">Decides what no rule of a role covers; null: that is denied.</param>
    /// <param name="instruments">Tell what the realm counts; null: nobody hears of it.</param>
    public Realm(
        RealmSettings settings,
        TimeProvider? time = null,
        IEventHistories? histories = null,
        ILogger? logger = null,
        RealmNeighbours? neighbours = null,
        IAuthorizer? authorizer = null,
        RealmInstruments? instruments = null)
    {
        time ??= TimeProvider.System;
        neighbours ??= RealmNeighbours.None;
        Name = settings.Name;
        _policy = new LivePolicy(new RealmPolicy(settings));
        var uris = _uris = new UriTable(_policy.Current, time);
        Quota = new RealmQuota(settings.Limits);
        var metrics = _metrics = new RealmMetrics(settings.Name, time, logger ?? NullLogger.Instance, instruments) { CountSessions = () => Quota.Total.Used(Resource.Sessions) };
        var decisions = _decisions = authorizer is null ? null : new DecisionMaker(authorizer, _policy.Current, metrics, time);
        var index = new SubscriptionIndex(uris);
        var recorder = new HistoryRecorder(index, time);
        var publications = new PublicationRouting(_policy, uris, index, recorder, neighbours.Outlets, metrics);
        Broker = new EventBroker(_policy, uris, index, publications, recorder, histories, [new SubscriptionEvents(publications), .. neighbours.Subscriptions], decisions, metrics, time);
        Dealer = new CallDealer(_policy, uris, [new RegistrationEvents(publications), .. neighbours.Registrations], decisions, metrics, time);
        _review = decisions is null ? null : new DecisionReview(decisions, _policy, Broker, Dealer);
        _testaments = new TestamentPublisher(Broker, _policy);
        _known = new MemberTable([new SessionEvents(publications), .. neighbours.Members]);
        _statistics = new SessionStatistics(_policy, settings.Name, _known, publications, time);
        _definitions = new DefinitionTable(new ReflectionEvents(publications));
        _meta = new MetaApi(uris, decisions, metrics,
        [
            .. new SessionProcedures(_known).All,
            .. new TestamentProcedures(Broker).All,
            .. new SubscriptionProcedures(Broker).All,
            .. new HistoryProcedures(_policy, Broker, Dealer.Calls, uris.Pin(System.Text.Encoding.ASCII.GetBytes(HistoryProcedures.GetEventsUri)), metrics).All,
            .. new RegistrationProcedures(Dealer, uris).All,
            .. new ReflectionProcedures(_definitions, Broker, Dealer.Registrations, uris).All,
        ]);
        RealmTables.Watch(metrics, Quota, uris, Broker, decisions, _policy);
        metrics.Begin();
    }

    /// <summary>The realm's URI.</summary>
    public string Name { get; }

    /// <summary>Publish and subscribe.</summary>
    public EventBroker Broker { get; }

    /// <summary>Remote procedure calls.</summary>
    public CallDealer Dealer { get; }

    /// <summary>What its sessions use.</summary>
    public RealmQuota Quota { get; }

    /// <summary>How many decisions of its authorizer are remembered.</summary>
    public int CachedDecisions => _decisions?.Cached ?? 0;

    /// <summary>How many sessions are joined now.</summary>
    public int Members => (int)Quota.Total.Used(Resource.Sessions);

    /// <summary>Whether a session can have this role.</summary>
    public bool HasRole(string name) => _policy.Current.FindRole(name) is not null;

    /// <summary>Whether a login can give this role to a session.</summary>
    public bool MayGiveRole(string name) => _policy.Current.FindRole(name) is { IsOfApplication: false };

    /// <summary>What a member may do now.</summary>
    public Role RoleOf(Member member) => member.RoleIn(_policy.Current);

    /// <summary>Opens the histories that settings add; nothing is kept in them before they are applied.</summary>
    public BrokerHistories.Change PrepareHistories(RealmSettings settings) => Broker.Histories.Prepare(settings.History);

    /// <summary>Keeps no more histories, because the realm goes. What outlives the process stays.</summary>
    public void CloseHistories() => Broker.Histories.Prepare([]).TakeEffect();

    /// <summary>
    /// Puts another policy in the place of the one that holds: the next message of any session is judged by it, whoever subscribed or registered what it forbids loses that and is told,
    /// and other bounds hold. When this returns, nothing can be reached any more that the policy forbids; what was judged before may still be on its way. Nobody loses what is there beyond a
    /// lower limit. Sessions whose role is gone stay, and may do nothing: the caller ends them. Any thread; one at a time.
    /// </summary>
    /// <param name="settings">What is configured now. Name and <see cref="RealmSettings.UriCheck"/> are as before.</param>
    /// <param name="histories">What <see cref="PrepareHistories"/> has made of those settings; null: the histories are as before.</param>
    /// <returns>How many subscriptions and registrations were taken away.</returns>
    public (int Subscriptions, int Registrations) Apply(RealmSettings settings, BrokerHistories.Change? histories = null)
    {
        lock (_applying)
        {
            var policy = new RealmPolicy(settings);
            _policy.Current = policy;
            Quota.Apply(settings.Limits);
            _uris.Apply(policy);
            _decisions?.Apply(policy);
            _statistics.Apply();
            histories?.TakeEffect();
            var batch = FlushBatch.OfThread;
            var revoked = (Broker.Apply(policy, batch), Dealer.Apply(policy, batch));
            batch.Flush();
            _review?.Begin(policy);
            return revoked;
        }
    }

    /// <summary>The realm is closed: what it counts and holds is told no more.</summary>
    public void EndMetrics() => _metrics.End();

    /// <summary>Ends sessions with GOODBYE. Returns how many.</summary>
    /// <param name="reason">The reason, a URI.</param>
    /// <param name="whyNot">The message for a session that is to end; null: it stays.</param>
    public int EndWhere(string reason, Func<MemberIdentity, string?> whyNot)
    {
        var ended = 0;
        foreach (var member in _known.All)
        {
            if (whyNot(member.Identity) is { } message)
            {
                member.Peer.Close(reason, message, by: null);
                ended++;
            }
        }

        return ended;
    }

    /// <summary>Makes a session a member; <see cref="Leave"/> must follow. False where the realm, or the session's principal, has too many sessions, or where the realm does not have the role; <paramref name="refusal"/> says which.</summary>
    public bool TryJoin(MemberIdentity identity, PeerFeatures features, IPeer peer, [NotNullWhen(true)] out Member? member, out Refusal refusal)
    {
        member = null;
        if (_policy.Current.FindRole(identity.AuthRole) is not { } role)
        {
            refusal = Refusal.NoSuchRole(identity.AuthRole);
            return false;
        }

        if (!Quota.TryEnter(identity.Principal, out var quota, out refusal))
        {
            _metrics.LimitReached(refusal);
            return false;
        }

        member = new Member(identity, features, role, peer, quota);
        return true;
    }

    /// <summary>
    /// Makes a link to those who are elsewhere, such as the sessions of another router. Results of their calls go to its peer, and they can serve procedures through it. No session can see the link,
    /// and it is no session for the limits; what it holds counts for the realm. <see cref="Leave"/> must follow.
    /// </summary>
    /// <param name="elsewhere">Where it leads, for the log.</param>
    /// <param name="features">What the other end understands.</param>
    /// <param name="peer">Takes messages; must be able to tell them apart by request id.</param>
    public Member Link(string elsewhere, PeerFeatures features, IPeer peer) =>
        new(new MemberIdentity(WampId.NextGlobal(), elsewhere, "", "link", "router"), features, _policy.Current.Outside, peer, Quota.OfLink());

    /// <summary>Makes a member known to the others, once its WELCOME is enqueued.</summary>
    public void Announce(Member member, FlushBatch batch)
    {
        _statistics.Joined(member);
        _known.Add(member, batch);
    }

    /// <summary>
    /// Ends a membership: cleans up everything the session owned, answers the sessions that wait for it, and then publishes its testaments and meta events.
    /// Once per member.
    /// </summary>
    public void Leave(Member member, FlushBatch batch)
    {
        var wasKnown = _known.Remove(member);
        Broker.Leave(member, batch);
        Dealer.Leave(member, batch);
        _definitions.Leave(member, batch);
        if (!member.LeavesSilently)
        {
            _testaments.Publish(member, TestamentScope.Destroyed, batch);
            TellLeft(member, wasKnown, batch);
        }

        Quota.Leave(member.Identity.Principal, member.Quota);
    }

    /// <summary>A member has lost its connection and may come back: it keeps all it has, and its testaments for this moment are published.</summary>
    public void Detach(Member member, FlushBatch batch) => _testaments.Publish(member, TestamentScope.Detached, batch);

    /// <summary>
    /// Routes one message of a member, on the thread that received it, to completion: when this returns, all resulting frames are enqueued.
    /// </summary>
    /// <returns>Why the member does not go on: a violation, which ends its session, or a decision that must be awaited. Null: it does.</returns>
    public Interruption? Route(Member member, in WampMessage message, FlushBatch batch)
    {
        var role = RoleOf(member);      // once: the message is judged by one policy
        switch (message.Code)
        {
            case MessageCode.Publish:
                return Broker.Publish(member, role, message, batch);
            case MessageCode.Call when WampUri.IsReserved(message.Text) && !member.Continues(message):
                return _meta.Call(member, role, message, batch);
            case MessageCode.Call:
                return Dealer.Call(member, role, message, batch);
            case MessageCode.Yield:
                return Dealer.Yield(member, message, batch);
            case MessageCode.Error:
                return Dealer.Error(member, message, batch);
            case MessageCode.Subscribe:
                return Broker.Subscribe(member, role, message, batch);
            case MessageCode.Register:
                return Dealer.Register(member, role, message, batch);
            case MessageCode.Unsubscribe:
                Broker.Unsubscribe(member, message, batch);
                return null;
            case MessageCode.Unregister:
                Dealer.Unregister(member, message, batch);
                return null;
            case MessageCode.Cancel:
                Dealer.Cancel(member, message, batch);
                return null;
            case MessageCode.EventReceived:
                return null;    // the router does not ask for acknowledgements, so it ignores them
            default:
                return new ProtocolViolation($"{message.Code.Name()} is not a message a client may send in an established session");
        }
    }

    /// <summary>
    /// Answers a message that cannot be routed, because its content cannot be passed on or it is too large: the peer that waits for an answer gets the refusal.
    /// Only the message is lost; no session ends.
    /// </summary>
    /// <param name="member">The member that sent it.</param>
    /// <param name="message">Its ids, and its options as far as they could be read.</param>
    /// <param name="refusal">What is wrong with it.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>A protocol violation that ends the member's session all the same, or null.</returns>
    public ProtocolViolation? Refuse(Member member, in WampMessage message, in Refusal refusal, FlushBatch batch)
    {
        switch (message.Code)
        {
            case MessageCode.Publish:
                return Broker.Refuse(member, message, refusal, batch);
            case MessageCode.Call:
                return Dealer.Refuse(member, message, refusal, batch);
            case MessageCode.Yield:
            case MessageCode.Error:
                return Dealer.FailAnswer(member, message, refusal, batch);
            case MessageCode.Subscribe:
            case MessageCode.Register:
            case MessageCode.Unsubscribe:
            case MessageCode.Unregister:
                _metrics.Refused(message.Code, refusal, member.Identity);
                member.Peer.Refuse(message.Code, message.Request, refusal, batch);
                return null;
            case MessageCode.Cancel:
                return null;    // CANCEL has no answer of its own; the answer to its call is still to come
            default:
                return new($"{message.Code.Name()} is not a message a client may send in an established session");
        }
    }

    private void TellLeft(Member member, bool wasKnown, FlushBatch batch)
    {
        if (wasKnown)
        {
            _statistics.Left(member, batch);
            _known.TellLeft(member, batch);
        }
    }
}
