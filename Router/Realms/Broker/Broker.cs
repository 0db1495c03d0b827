using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Publish and subscribe of one realm (<c>rfc/text/basic/publish_subscribe.md</c>). Publishing takes no lock and runs on the publisher's
/// thread to the end, which keeps EVENTs of one publisher in order for each subscriber, across topics too.
/// </summary>
internal sealed class Broker(UriTable uris, RealmMetrics metrics)
{
    private readonly Lock _changes = new();      // lock order: Broker -> UriTable, Broker -> Outbox
    private readonly Dictionary<ulong, Subscription> _subscriptions = [];
    private ulong _lastSubscription;

    /// <summary>Topics subscribed to now.</summary>
    public int Subscriptions
    {
        get
        {
            lock (_changes)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Routes a PUBLISH. Returns a protocol violation of the publisher, or null.</summary>
    public string? Publish(Member publisher, in WampMessage publish, FlushBatch batch)
    {
        if (!PublishOptions.TryRead(publish, out var options, out var violation))
        {
            return violation;
        }

        var topic = uris.Find(publish.Text);
        var permissions = topic.PermissionsOf(publisher.Role);
        if (RefusalOf(topic, permissions, Permissions.Publish) is { } refusal)
        {
            // Without acknowledge the specification wants silence on the wire; the counter still tells.
            metrics.Refused(MessageCode.Publish);
            if (options.Acknowledge)
            {
                publisher.Peer.Refuse(MessageCode.Publish, publish.Request, refusal, batch);
            }

            return null;
        }

        var publication = WampId.NextGlobal();
        if (topic.Subscription is { } subscription)
        {
            var disclose = options.DiscloseMe || (permissions & Permissions.DisclosePublisher) != 0;
            var frames = new EventFrames(subscription.Id, publication, disclose ? publisher.Identity : null, publish.Payload);
            FanOut(subscription, ref frames, options.ExcludeMe ? publisher : null, batch);
        }

        if (options.Acknowledge)
        {
            publisher.Peer.Acknowledge(MessageCode.Published, publish.Request, publication, batch);
        }

        return null;
    }

    /// <summary>Answers a SUBSCRIBE. Returns a protocol violation of the subscriber, or null.</summary>
    public string? Subscribe(Member member, in WampMessage subscribe, FlushBatch batch)
    {
        var topic = uris.Find(subscribe.Text);
        var refusal = RefusalOf(topic, topic.PermissionsOf(member.Role), Permissions.Subscribe) ?? MatchRefusal(subscribe);
        if (refusal is null)
        {
            refusal = Join(member, subscribe, batch);
        }

        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Subscribe);
            member.Peer.Refuse(MessageCode.Subscribe, subscribe.Request, reason, batch);
        }

        return null;
    }

    /// <summary>Answers an UNSUBSCRIBE; only the session's own subscriptions count.</summary>
    public void Unsubscribe(Member member, in WampMessage unsubscribe, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.Subscriptions?.Remove(unsubscribe.Subscription, out var subscriber) is true)
            {
                subscriber.Shut();
                member.Peer.Acknowledge(MessageCode.Unsubscribed, unsubscribe.Request, batch);
                Drop(subscriber);
                return;
            }
        }

        metrics.Refused(MessageCode.Unsubscribe);
        member.Peer.Refuse(MessageCode.Unsubscribe, unsubscribe.Request, Refusal.NoSuchSubscription, batch);
    }

    /// <summary>Drops everything a leaving session subscribed to. Idempotent; later SUBSCRIBEs of it have no effect.</summary>
    public void Leave(Member member)
    {
        lock (_changes)
        {
            member.LeftBroker = true;
            foreach (var subscriber in member.Subscriptions?.Values ?? Enumerable.Empty<Subscriber>())
            {
                subscriber.Shut();
                Drop(subscriber);
            }

            member.Subscriptions = null;
        }
    }

    private void FanOut(Subscription subscription, ref EventFrames frames, Member? excluded, FlushBatch batch)
    {
        var (delivered, dropped) = (0, 0);
        var encoding = -1;
        var possible = false;
        ReadOnlySpan<byte> frame = default;
        foreach (var subscriber in subscription.Subscribers)
        {
            var member = subscriber.Member;
            if (ReferenceEquals(member, excluded))
            {
                continue;
            }

            var wanted = member.Peer.Encoding;
            if (wanted.Index != encoding)
            {
                encoding = wanted.Index;
                possible = frames.TryGet(wanted, out frame);
            }

            if (possible && member.Peer.SendEvent(frame, subscriber, batch))
            {
                delivered++;
            }
            else
            {
                dropped++;
            }
        }

        metrics.Published(delivered, dropped);
    }

    private Refusal? Join(Member member, in WampMessage subscribe, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.LeftBroker)
            {
                return null;        // it left while this SUBSCRIBE was on its way; nobody reads an answer
            }

            var topic = uris.Pin(subscribe.Text);
            if (topic.Subscription is { } existing && member.Subscriptions?.ContainsKey(existing.Id) is true)
            {
                uris.Unpin(topic);
                member.Peer.Acknowledge(MessageCode.Subscribed, subscribe.Request, existing.Id, batch);
                return null;
            }

            member.Subscriptions ??= [];
            if (member.Subscriptions.Count >= member.Limits.MaxSubscriptionsPerSession)
            {
                uris.Unpin(topic);
                return Refusal.Limit("subscriptions");
            }

            var subscription = topic.Subscription ?? Create(topic);
            var subscriber = new Subscriber(member, subscription);
            member.Subscriptions.Add(subscription.Id, subscriber);

            // SUBSCRIBED goes out before a publisher can see the subscriber: WAMP orders it so.
            member.Peer.Acknowledge(MessageCode.Subscribed, subscribe.Request, subscription.Id, batch);
            subscription.Add(subscriber);
            return null;
        }
    }

    private Subscription Create(UriEntry topic)
    {
        var subscription = new Subscription(++_lastSubscription, topic);
        _subscriptions.Add(subscription.Id, subscription);
        topic.Subscription = subscription;
        return subscription;
    }

    /// <summary>Takes a shut subscriber out; its topic goes with the last one.</summary>
    private void Drop(Subscriber subscriber)
    {
        var subscription = subscriber.Subscription;
        subscription.Remove(subscriber);
        if (subscription.Subscribers.IsEmpty)
        {
            subscription.Topic.Subscription = null;
            _subscriptions.Remove(subscription.Id);
        }

        uris.Unpin(subscription.Topic);
    }

    private static Refusal? RefusalOf(UriEntry topic, Permissions permissions, Permissions needed) => topic switch
    {
        { IsValid: false } => Refusal.InvalidUri,
        { IsReserved: true } when needed == Permissions.Publish => Refusal.ReservedUri,
        _ => (permissions & needed) == 0 ? Refusal.NotAuthorized : null,
    };

    private static Refusal? MatchRefusal(in WampMessage subscribe)
    {
        var options = new DictionaryReader(subscribe.Format, subscribe.Options);
        return options.TryFind("match"u8, out var match) && !match.TextEquals("exact"u8)
            ? Refusal.NotOffered("pattern-based subscriptions")
            : null;
    }
}
