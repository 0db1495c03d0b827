using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Meta;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Quotas;
using WampRouter.Realms.Reflection;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms;

/// <summary>One routing domain: its broker, its dealer and its members. Sessions of different realms never meet. Any thread.</summary>
internal sealed class Realm
{
    private readonly Dictionary<string, Role> _roles;
    private readonly RealmLimits _limits;
    private readonly MemberTable _known;
    private readonly SessionEvents _events;
    private readonly DefinitionTable _definitions;
    private readonly SessionStatistics? _statistics;        // null: not configured
    private readonly MetaApi _meta;
    private readonly RealmMetrics _metrics;

    /// <param name="settings">What is configured.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="histories">Where event histories are kept; needed if any is configured.</param>
    /// <param name="logger">Logs limits that are reached.</param>
    public Realm(RealmSettings settings, TimeProvider? time = null, IEventHistories? histories = null, ILogger? logger = null)
    {
        Name = settings.Name;
        _limits = settings.Limits;
        _roles = settings.Roles.Select((role, index) => new Role(role, index)).ToDictionary(role => role.Name, StringComparer.Ordinal);
        var uris = new UriTable(settings.UriCheck, _roles.Count, settings.Limits.MaxCachedUris, settings.Limits.MaxCachedUriBytes, time ?? TimeProvider.System);
        var metrics = _metrics = new RealmMetrics(settings.Name, logger ?? NullLogger.Instance);
        Quota = new RealmQuota(settings.Limits, metrics);
        Broker = new EventBroker(settings, uris, metrics, time ?? TimeProvider.System, histories);
        Dealer = new CallDealer(uris, settings, metrics, time ?? TimeProvider.System);
        _events = new SessionEvents(Broker);
        _known = new MemberTable(_events.Joined);
        _statistics = settings.Statistics is { } statistics ? new SessionStatistics(statistics, settings.Name, _known, Broker, time ?? TimeProvider.System) : null;
        _definitions = new DefinitionTable(new ReflectionEvents(Broker));
        _meta = new MetaApi(uris, metrics,
        [
            .. new SessionProcedures(_known).All,
            .. new TestamentProcedures(Broker).All,
            .. new SubscriptionProcedures(Broker).All,
            .. new HistoryProcedures(Broker, Dealer.Calls, settings.Limits, uris.Pin(System.Text.Encoding.ASCII.GetBytes(HistoryProcedures.GetEventsUri)), metrics).All,
            .. new RegistrationProcedures(Dealer, uris).All,
            .. new ReflectionProcedures(_definitions, Broker, Dealer.Registrations, uris).All,
        ]);
        Broker.Observer = new SubscriptionEvents(Broker);
        Dealer.Registrations.Observer = new RegistrationEvents(Broker);
    }

    /// <summary>The realm's URI.</summary>
    public string Name { get; }

    /// <summary>Publish and subscribe.</summary>
    public EventBroker Broker { get; }

    /// <summary>Remote procedure calls.</summary>
    public CallDealer Dealer { get; }

    /// <summary>What its sessions use.</summary>
    public RealmQuota Quota { get; }

    /// <summary>How many sessions are joined now.</summary>
    public int Members => (int)Quota.Total.Used(Resource.Sessions);

    /// <summary>Whether a session can have this role.</summary>
    public bool HasRole(string name) => _roles.ContainsKey(name);

    /// <summary>Makes a session a member; <see cref="Leave"/> must follow. False where the realm, or the session's principal, has too many sessions; <paramref name="refusal"/> says which.</summary>
    /// <exception cref="ArgumentException">The realm does not have the role; the configuration is checked for that at start.</exception>
    public bool TryJoin(MemberIdentity identity, PeerFeatures features, IPeer peer, [NotNullWhen(true)] out Member? member, out Refusal refusal)
    {
        member = null;
        if (!_roles.TryGetValue(identity.AuthRole, out var role))
        {
            throw new ArgumentException($"Realm '{Name}' has no role '{identity.AuthRole}'.", nameof(identity));
        }

        if (!Quota.TryEnter(identity.Principal, out var quota, out refusal))
        {
            _metrics.LimitReached(refusal);
            return false;
        }

        member = new Member(identity, features, role, peer, _limits, quota);
        return true;
    }

    /// <summary>Makes a member known to the others, once its WELCOME is enqueued.</summary>
    public void Announce(Member member, FlushBatch batch)
    {
        _statistics?.Joined(member);
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
            PublishTestaments(member, TestamentScope.Destroyed, batch);
            TellLeft(member, wasKnown, batch);
        }

        Quota.Leave(member.Identity.Principal, member.Quota);
    }

    /// <summary>A member has lost its connection and may come back: it keeps all it has, and its testaments for this moment are published.</summary>
    public void Detach(Member member, FlushBatch batch) => PublishTestaments(member, TestamentScope.Detached, batch);

    /// <summary>
    /// Routes one message of a member, on the thread that received it, to completion: when this returns, all resulting frames are enqueued.
    /// </summary>
    /// <returns>The violation that ends the member's session, or null.</returns>
    public ProtocolViolation? Route(Member member, in WampMessage message, FlushBatch batch)
    {
        switch (message.Code)
        {
            case MessageCode.Publish:
                return Broker.Publish(member, message, batch);
            case MessageCode.Call when WampUri.IsReserved(message.Text) && !member.Continues(message):
                return _meta.Call(member, message, batch);
            case MessageCode.Call:
                return Dealer.Call(member, message, batch);
            case MessageCode.Yield:
                return Dealer.Yield(member, message, batch);
            case MessageCode.Error:
                return Dealer.Error(member, message, batch);
            case MessageCode.Subscribe:
                return Broker.Subscribe(member, message, batch);
            case MessageCode.Register:
                return Dealer.Register(member, message, batch);
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
                return new($"{message.Code.Name()} is not a message a client may send in an established session");
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
            _statistics?.Left(member, batch);
            _events.Left(member, batch);
        }
    }

    private void PublishTestaments(Member member, TestamentScope last, FlushBatch batch)
    {
        foreach (var testament in member.Testaments?.TakeUpTo(last) ?? [])
        {
            Broker.Publish(member, testament.ToPublish(), batch);
        }
    }
}
