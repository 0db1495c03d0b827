using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
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
    private readonly IEventHistory[] _histories;

    /// <param name="policy">The policy of the realm.</param>
    /// <param name="uris">The topics.</param>
    /// <param name="index">Where publishers find subscriptions.</param>
    /// <param name="publications">Brings publications to them.</param>
    /// <param name="histories">Where event histories are kept; needed if any is configured.</param>
    /// <param name="observers">Are told of subscriptions.</param>
    /// <param name="metrics">Counts what is refused.</param>
    /// <param name="time">The clock.</param>
    public EventBroker(
        LivePolicy policy,
        UriTable uris,
        SubscriptionIndex index,
        PublicationRouting publications,
        IEventHistories? histories,
        IReadOnlyList<ISubscriptionObserver> observers,
        RealmMetrics metrics,
        TimeProvider time)
    {
        _policy = policy;
        var settings = policy.Current.Settings;
        _uris = uris;
        _index = index;
        Publications = publications;
        _metrics = metrics;
        _retained = new RetainedEvents(settings.Retained, uris, metrics, time);
        _subscriptions = new SubscriptionTable(policy, uris, index, _retained, observers, time);
        _histories = new IEventHistory[settings.History.Count];
        for (var i = 0; i < _histories.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(histories);
            var history = settings.History[i];
            _histories[i] = histories.Open(settings.Name, history);
            _subscriptions.Add(history.Match, Encoding.UTF8.GetBytes(history.Uri), _histories[i]);
        }
    }

    /// <summary>Topics and patterns subscribed to now, and those with a history.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>Brings publications to subscribers, and publishes for the router itself.</summary>
    public PublicationRouting Publications { get; }

    /// <summary>Events retained now.</summary>
    public int RetainedEvents => _retained.Count;

    /// <summary>Their bytes.</summary>
    public long RetainedBytes => _retained.Bytes;

    /// <summary>How much is in all histories.</summary>
    public HistoryVolume HistoryVolume => _histories.Select(static history => history.Volume).Aggregate(default(HistoryVolume), static (sum, volume) => new(sum.Events + volume.Events, sum.Bytes + volume.Bytes));

    /// <summary>Routes a PUBLISH. Returns a protocol violation of the publisher, or null.</summary>
    /// <param name="publisher">Who publishes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="publish">The message.</param>
    /// <param name="batch">The outboxes touched.</param>
    public ProtocolViolation? Publish(Member publisher, Role role, in WampMessage publish, FlushBatch batch)
    {
        if (ViolationOf(publisher, publish, out var options) is { } violation)
        {
            return violation;
        }

        var topic = _uris.Find(publish.Text);
        var permissions = topic.PermissionsOf(role);
        var refusal = RefusalOf(role, topic, permissions, options) ?? Send(publisher, role, publish, topic, options, batch);
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

    /// <summary>Whether a PUBLISH that is made later would be refused: the reason, or null.</summary>
    public Refusal? Judge(Member publisher, Role role, in WampMessage publish)
    {
        if (ViolationOf(publisher, publish, out var options) is { } violation)
        {
            return Refusal.InvalidArgument(violation.Text);
        }

        var topic = _uris.Find(publish.Text);
        return RefusalOf(role, topic, topic.PermissionsOf(role), options);
    }

    /// <summary>Answers a SUBSCRIBE. Returns a protocol violation of the subscriber, or null.</summary>
    /// <param name="member">Who subscribes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="subscribe">The message.</param>
    /// <param name="batch">Where the answer goes.</param>
    public ProtocolViolation? Subscribe(Member member, Role role, in WampMessage subscribe, FlushBatch batch)
    {
        if (SubscribeOptions.Read(subscribe, out var options) is { } violation)
        {
            return violation;
        }

        Refusal? refusal;
        while (true)
        {
            var isOutdated = false;
            refusal = RefusalOf(role, options.Match, subscribe.Text) ?? (options.Fault is { } fault ? Refusal.InvalidArgument(fault) : default(Refusal?)) ?? _subscriptions.Join(member, role, subscribe, options, batch, out isOutdated);
            if (!isOutdated)
            {
                break;
            }

            role = member.RoleIn(_policy.Current);
        }

        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Subscribe, reason, member.Identity);
            member.Peer.Refuse(MessageCode.Subscribe, subscribe.Request, reason, batch);
        }

        member.Remark(role, subscribe, options.Match, refusal);

        return null;
    }

    /// <summary>Answers an UNSUBSCRIBE; a session can end only its own subscriptions.</summary>
    public void Unsubscribe(Member member, in WampMessage unsubscribe, FlushBatch batch)
    {
        if (!_subscriptions.TryLeave(member, unsubscribe, batch))
        {
            _metrics.Refused(MessageCode.Unsubscribe, Refusal.NoSuchSubscription, member.Identity);
            member.Peer.Refuse(MessageCode.Unsubscribe, unsubscribe.Request, Refusal.NoSuchSubscription, batch);
        }
    }

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
        return _subscriptions.RevokeWhere(
            subscriber => (_uris.PermissionsOf(subscriber.Member.RoleIn(policy), subscriber.Subscription.Match, subscriber.Subscription.Uri, wholly: false) & Permissions.Subscribe) == 0,
            WampErrors.NotAuthorized,
            batch);
    }

    /// <summary>Ends all subscriptions of a leaving session. Idempotent; later SUBSCRIBEs of the session have no effect.</summary>
    public void Leave(Member member, FlushBatch batch) => _subscriptions.LeaveAll(member, batch);

    /// <summary>
    /// The history of a subscription, for a session that may subscribe to it. The authid and authrole lists of each publication
    /// apply to the reader too (<c>rfc/text/advanced/pubsub_event_history.md</c>).
    /// </summary>
    /// <param name="requester">The session that wants to read it.</param>
    /// <param name="role">Its role.</param>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="query">The query; its <see cref="EventHistoryQuery.Admits"/> is set here.</param>
    /// <param name="history">The history; null if it may not be read.</param>
    /// <returns>Why it may not be read, or null.</returns>
    public Refusal? FindHistory(Member requester, Role role, ulong subscriptionId, EventHistoryQuery query, out IEventHistory? history)
    {
        history = null;
        if (_subscriptions.Find(subscriptionId) is not { } subscription)
        {
            return Refusal.UnknownSubscription;
        }

        if (RefusalOf(role, subscription.Match, subscription.Uri) is { } refusal)
        {
            return refusal;
        }

        history = subscription.History;
        query.Admits = (topic, receivers) => receivers?.AdmitsPrincipal(requester.Identity) is not false
            && (subscription.Match == MatchPolicy.Exact || (_uris.Find(topic).PermissionsOf(role) & Permissions.Subscribe) != 0);
        return history is null ? Refusal.NoHistory : null;
    }

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

    private Refusal? Send(Member publisher, Role role, in WampMessage publish, UriEntry topic, scoped in PublishOptions options, FlushBatch batch)
    {
        var publication = new Publication(publisher, role, topic, publish, options);
        var receipt = options.Acknowledge && Publications.Records ? new PublishReceipt(publisher, publish.Request, publication.Id) : null;
        if (!Publications.TryRecord(publication, receipt))
        {
            return Refusal.HistoryBusy;
        }

        if (options.Retain)
        {
            publication.RetainedAs = _retained.Put(publication, publisher.Identity.Principal);
        }

        Publications.Deliver(publication, batch);
        if (receipt is not null)
        {
            receipt.Complete(isStored: true, batch);
        }
        else if (options.Acknowledge)
        {
            publisher.Peer.Acknowledge(MessageCode.Published, publish.Request, publication.Id, batch);
        }

        return null;
    }

    private Refusal? RefusalOf(Role role, UriEntry topic, Permissions permissions, scoped in PublishOptions options) => topic switch
    {
        { IsValid: false } => Refusal.WrongUri(topic.Utf8, _uris.Check),
        { IsReserved: true } => Refusal.ReservedUri(topic.Utf8),
        _ when (permissions & Permissions.Publish) == 0 => Refusal.NotAuthorized(role, "publish to", topic.Utf8),
        _ when options.Fault is { } fault => Refusal.InvalidArgument(fault),
        _ when options.DiscloseMe && !role.Policy.Settings.AllowDiscloseMe && (permissions & Permissions.DisclosePublisher) == 0 => Refusal.DisclosureForbidden,
        _ => null,
    };

    private Refusal? RefusalOf(Role role, MatchPolicy match, ReadOnlySpan<byte> uri) =>
        !MatchPolicies.IsValid(match, uri, _uris.Check) ? Refusal.WrongUri(uri, _uris.Check, match)
        : (_uris.PermissionsOf(role, match, uri, wholly: false) & Permissions.Subscribe) == 0 ? Refusal.NotAuthorized(role, "subscribe to", uri, match)
        : null;
}
