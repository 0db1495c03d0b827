using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Publish and subscribe of one realm (<c>rfc/text/basic/publish_subscribe.md</c> and its advanced siblings). A publication runs to completion on the publisher's
/// thread and never waits for a peer. So each subscriber gets the EVENTs of one publisher in order, also across topics. A publication without options
/// takes no lock.
/// </summary>
internal sealed class EventBroker
{
    private readonly LivePolicy _policy;
    private readonly UriTable _uris;
    private readonly RealmMetrics _metrics;
    private readonly RetainedEvents _retained;
    private readonly SubscriptionIndex _index;
    private readonly SubscriptionTable _subscriptions;
    private readonly SubscriptionRequests _subscribing;
    private readonly DecisionMaker? _decisions;     // null: the realm has no authorizer

    /// <param name="policy">The policy of the realm.</param>
    /// <param name="uris">The topics.</param>
    /// <param name="index">Where publishers find subscriptions.</param>
    /// <param name="publications">Brings publications to them.</param>
    /// <param name="recorder">Writes event histories.</param>
    /// <param name="histories">Where event histories are kept; needed if any is configured.</param>
    /// <param name="observers">Are told of subscriptions.</param>
    /// <param name="decisions">Decides what no rule covers; null: the realm has no authorizer.</param>
    /// <param name="metrics">Counts what is refused.</param>
    /// <param name="time">The clock.</param>
    public EventBroker(
        LivePolicy policy,
        UriTable uris,
        SubscriptionIndex index,
        PublicationRouting publications,
        HistoryRecorder recorder,
        IEventHistories? histories,
        IReadOnlyList<ISubscriptionObserver> observers,
        DecisionMaker? decisions,
        RealmMetrics metrics,
        TimeProvider time)
    {
        _policy = policy;
        var settings = policy.Current.Settings;
        _uris = uris;
        _index = index;
        Publications = publications;
        _metrics = metrics;
        _decisions = decisions;
        _retained = new RetainedEvents(settings.Retained, uris, metrics, time);
        _subscriptions = new SubscriptionTable(policy, uris, index, _retained, observers, time);
        _subscribing = new SubscriptionRequests(policy, uris, _subscriptions, decisions, metrics);
        Histories = new BrokerHistories(settings.Name, _subscriptions, recorder, histories);
        Histories.Prepare(settings.History).TakeEffect();
    }

    /// <summary>Topics and patterns subscribed to now, and those with a history.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>What of its publications is kept.</summary>
    public BrokerHistories Histories { get; }

    /// <summary>Brings publications to subscribers, and publishes for the router itself.</summary>
    public PublicationRouting Publications { get; }

    /// <summary>Events retained now.</summary>
    public int RetainedEvents => _retained.Count;

    /// <summary>Their bytes.</summary>
    public long RetainedBytes => _retained.Bytes;

    /// <summary>How much is in all histories.</summary>
    public HistoryVolume HistoryVolume => Histories.Volume;

    /// <summary>Routes a PUBLISH.</summary>
    /// <param name="publisher">Who publishes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="publish">The message.</param>
    /// <param name="batch">The outboxes touched.</param>
    /// <returns>Why the session does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</returns>
    public Interruption? Publish(Member publisher, Role role, in WampMessage publish, FlushBatch batch)
    {
        if (ViolationOf(publisher, publish, out var options) is { } violation)
        {
            return violation;
        }

        var topic = _uris.Find(publish.Text);
        var permissions = topic.PermissionsOf(role);
        if (topic is { IsValid: true, IsReserved: false } && _decisions.Resolve(publisher, role, Permissions.Publish, MatchPolicy.Exact, topic.Utf8, publish, ref permissions) is { } awaited)
        {
            return awaited;
        }

        var refusal = RefusalOf(role, topic, permissions, options) ?? Send(publisher, role, permissions, publish, topic, options, batch);
        if (refusal is { } reason)
        {
            // Without acknowledge the specification allows no answer, so only the counter and the log show the refusal.
            _metrics.Refused(MessageCode.Publish, reason, publisher.Identity);
            publisher.Remark(role, publish, MatchPolicy.Exact, reason, isSilent: !options.Acknowledge);
            if (options.Acknowledge)
            {
                publisher.Peer.Refuse(MessageCode.Publish, publish.Request, reason, batch);
            }
        }

        return null;
    }

    /// <summary>
    /// Publishes what was accepted elsewhere, for example by another router: who may publish was judged there, and who receives is judged here. There is no answer to it, and it is not sent elsewhere
    /// again. Publications of one thread come in order.
    /// </summary>
    /// <param name="origin">Who published; he is not here.</param>
    /// <param name="id">The publication id that it got there.</param>
    /// <param name="publish">The PUBLISH. Its option <c>disclose_me</c> says whether subscribers are told who published; <c>acknowledge</c> does not count.</param>
    /// <param name="batch">The outboxes touched.</param>
    /// <returns>Why it was not published, or null.</returns>
    public Refusal? PublishFrom(Origin origin, ulong id, in WampMessage publish, FlushBatch batch)
    {
        var fault = PublishOptions.Read(publish, out var options)?.Text ?? options.Fault;
        var topic = _uris.Find(publish.Text);
        var publication = new Publication(origin, id, _policy.Current, topic, publish, options);
        var refusal = !topic.IsValid ? Refusal.WrongUri(topic.Utf8, _uris.Check)
            : fault is not null ? Refusal.InvalidArgument(fault)
            : Send(ref publication, options.Retain, receipt: null, batch);
        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Publish, reason, origin.Identity);
        }

        return refusal;
    }

    /// <summary>Refuses a PUBLISH whose payload or options cannot be taken. Returns what ends the session, or null.</summary>
    public ProtocolViolation? Refuse(Member publisher, in WampMessage publish, in Refusal refusal, FlushBatch batch)
    {
        if (publish.FindFlag("acknowledge"u8) is not { } acknowledge)
        {
            return new($"the options of PUBLISH cannot be read far enough to tell whether it is to be acknowledged: {refusal.Message}");
        }

        _metrics.Refused(MessageCode.Publish, refusal, publisher.Identity);
        if (acknowledge)
        {
            publisher.Peer.Refuse(MessageCode.Publish, publish.Request, refusal, batch);
        }

        return null;
    }

    /// <summary>Whether a PUBLISH that is made later would be refused: the reason, or null. An authorizer is asked only then.</summary>
    public Refusal? Judge(Member publisher, Role role, in WampMessage publish)
    {
        if (ViolationOf(publisher, publish, out var options) is { } violation)
        {
            return Refusal.InvalidArgument(violation.Text);
        }

        var topic = _uris.Find(publish.Text);
        var permissions = topic.PermissionsOf(role);
        return RefusalOf(role, topic, _decisions is not null && (permissions & Permissions.Undecided) != 0 ? permissions | Permissions.Publish : permissions, options);
    }

    /// <summary>Answers a SUBSCRIBE. Returns why the session does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</summary>
    public Interruption? Subscribe(Member member, Role role, in WampMessage subscribe, FlushBatch batch) => _subscribing.Subscribe(member, role, subscribe, batch);

    /// <summary>Answers an UNSUBSCRIBE; a session can end only its own subscriptions.</summary>
    public void Unsubscribe(Member member, in WampMessage unsubscribe, FlushBatch batch) => _subscribing.Unsubscribe(member, unsubscribe, batch);

    /// <summary>
    /// Takes a subscription away from a session (<c>rfc/text/advanced/pubsub_subscription_revocation.md</c>). The session is told if it announced that
    /// feature. False if the session holds no such subscription.
    /// </summary>
    public bool Revoke(ulong session, ulong subscription, string reason, FlushBatch batch) => _subscriptions.TryRevoke(session, subscription, reason, batch);

    /// <summary>Puts a new policy into effect: ends the subscriptions that it forbids, and tells their sessions.</summary>
    /// <param name="policy">The policy, which is current already: SUBSCRIBEs that come now are judged by it.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>How many subscriptions were ended.</returns>
    public int Apply(RealmPolicy policy, FlushBatch batch)
    {
        _retained.Apply(policy.Settings.Retained);
        return _subscribing.Apply(policy, batch);
    }

    /// <summary>The subscriptions that the authorizer allowed, and no rule covers.</summary>
    public IEnumerable<Subscriber> ListByAuthorizer() =>
        ListSubscriptions().SelectMany(subscription => subscription.Subscribers.ToArray()).Where(subscriber => subscriber.IsByAuthorizer);

    /// <summary>Ends all subscriptions of a leaving session. Idempotent; later SUBSCRIBEs of the session have no effect.</summary>
    public void Leave(Member member, FlushBatch batch) => _subscriptions.LeaveAll(member, batch);

    /// <summary>The history of a subscription, for a session that may subscribe to it: see <see cref="SubscriptionRequests.FindHistory"/>.</summary>
    public Refusal? FindHistory(Member requester, Role role, ulong subscriptionId, EventHistoryQuery query, out IEventHistory? history) =>
        _subscribing.FindHistory(requester, role, subscriptionId, query, out history);

    /// <summary>All subscriptions that exist now.</summary>
    public Subscription[] ListSubscriptions() => _subscriptions.List();

    /// <summary>A subscription by its id, or null.</summary>
    public Subscription? FindSubscription(ulong id) => _subscriptions.Find(id);

    /// <summary>The subscription to exactly this topic or pattern, or null.</summary>
    public Subscription? FindSubscription(MatchPolicy match, ReadOnlySpan<byte> uri) => _index.Find(match, uri);

    /// <summary>The subscriptions that a publication to this topic reaches now.</summary>
    public Subscription[] MatchSubscriptions(ReadOnlySpan<byte> topic)
    {
        var entry = _uris.Find(topic);
        return entry.Subscription is { } exact ? [exact, .. _index.PatternsMatching(entry)] : [.. _index.PatternsMatching(entry)];
    }

    private static ProtocolViolation? ViolationOf(Member publisher, in WampMessage publish, out PublishOptions options) =>
        PublishOptions.Read(publish, out options)
        ?? (options.Passthru.IsUsed && (publisher.Features & PeerFeatures.PublisherPayloadPassthru) == 0
            ? new ProtocolViolation("ppt_scheme needs the feature payload_passthru_mode announced by the publisher")
            : null);

    private Refusal? Send(Member publisher, Role role, Permissions permissions, in WampMessage publish, UriEntry topic, scoped in PublishOptions options, FlushBatch batch)
    {
        var publication = new Publication(publisher, role, permissions, topic, publish, options);
        var receipt = options.Acknowledge && Publications.Records ? new PublishReceipt(publisher, publish.Request, publication.Id) : null;
        var refusal = Send(ref publication, options.Retain, receipt, batch);
        if (refusal is null && options.Acknowledge && receipt is null)
        {
            publisher.Peer.Acknowledge(MessageCode.Published, publish.Request, publication.Id, batch);
        }

        return refusal;
    }

    /// <summary>Sends a publication to all that it reaches, unless a history has no room for it.</summary>
    private Refusal? Send(ref Publication publication, bool retain, PublishReceipt? receipt, FlushBatch batch)
    {
        if (!Publications.TryRecord(publication, receipt))
        {
            return Refusal.HistoryBusy;
        }

        if (retain)
        {
            publication.RetainedAs = _retained.Put(publication, publication.Origin.Identity?.Principal ?? "");
        }

        Publications.Deliver(publication, batch);
        receipt?.Complete(isStored: true, batch);
        return null;
    }

    private Refusal? RefusalOf(Role role, UriEntry topic, Permissions permissions, scoped in PublishOptions options) => topic switch
    {
        { IsValid: false } => Refusal.WrongUri(topic.Utf8, _uris.Check),
        { IsReserved: true } => Refusal.ReservedUri(topic.Utf8),
        _ when (permissions & Permissions.Publish) == 0 => Refusal.NotAllowed(role, permissions, _decisions is not null, "publish to", topic.Utf8),
        _ when options.Fault is { } fault => Refusal.InvalidArgument(fault),
        _ when options.DiscloseMe && !role.Policy.Settings.AllowDiscloseMe && (permissions & Permissions.DisclosePublisher) == 0 => Refusal.DisclosureForbidden,
        _ => null,
    };
}
