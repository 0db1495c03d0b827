using WampRouter.Delivery;
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
/// All subscriptions of a realm. Sessions join and leave them under a lock; publishers look them up in the <see cref="SubscriptionIndex"/>, without one.
/// </summary>
internal sealed class SubscriptionTable(
    LivePolicy policy, UriTable uris, SubscriptionIndex index, RetainedEvents retained, IReadOnlyList<ISubscriptionObserver> observers, TimeProvider time, ulong lastId = 0)
{
    private readonly Lock _changes = new();      // lock order: SubscriptionTable -> RetainedEvents -> UriTable, Outbox
    private readonly Dictionary<ulong, Subscription> _byId = [];
    private ulong _lastId = lastId;

    /// <summary>Topics and patterns subscribed to now.</summary>
    public int Count
    {
        get
        {
            lock (_changes)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>Adds a subscription with a history. It exists before the first session subscribes, and stays.</summary>
    public void Add(MatchPolicy match, ReadOnlySpan<byte> uri, IEventHistory history)
    {
        lock (_changes)
        {
            Create(match, uri, history);
        }
    }

    /// <summary>All subscriptions that exist now.</summary>
    public Subscription[] List()
    {
        lock (_changes)
        {
            return [.. _byId.Values];
        }
    }

    /// <summary>A subscription by its id, or null.</summary>
    public Subscription? Find(ulong id)
    {
        lock (_changes)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Whether a session has this subscription because the authorizer allowed it.</summary>
    public bool IsByAuthorizer(Member member, ulong subscription)
    {
        lock (_changes)
        {
            return member.Subscriptions?.TryGetValue(subscription, out var subscriber) is true && subscriber!.IsByAuthorizer;
        }
    }

    /// <summary>Makes a session a subscriber and answers its SUBSCRIBE; or says why not.</summary>
    /// <param name="member">The session.</param>
    /// <param name="role">What it may do, by which the SUBSCRIBE was allowed.</param>
    /// <param name="subscribe">The message.</param>
    /// <param name="options">What it asks for.</param>
    /// <param name="batch">Where the answer goes.</param>
    /// <param name="isOutdated">Nothing was done, because another policy holds by now: the SUBSCRIBE must be judged again.</param>
    public Refusal? Join(Member member, Role role, in WampMessage subscribe, in SubscribeOptions options, FlushBatch batch, out bool isOutdated)
    {
        lock (_changes)
        {
            // Under the lock: a subscription is here before the next policy looks at all of them, or is judged by that.
            isOutdated = !ReferenceEquals(role.Policy, policy.Current);
            if (isOutdated || member.LeftBroker)
            {
                return null;        // the session left meanwhile and needs no answer
            }

            var subscription = index.Find(options.Match, subscribe.Text);
            if (subscription is not null && member.Subscriptions?.TryGetValue(subscription.Id, out var known) is true)
            {
                known!.Node = options.Node;
                Answer(known, role, subscribe.Request, options.GetRetained, isNew: false, batch);
                return null;
            }

            if (member.Quota.Take(Resource.Subscriptions, 1, Resource.SubscriptionBytes, Subscriber.SizeOf(subscribe.Text.Length)) is { } refusal)
            {
                return refusal;
            }

            member.Subscriptions ??= [];
            // For observers, a subscription that exists only for its history is created by its first subscriber and deleted with the last.
            var isNew = subscription is null || subscription.Subscribers.IsEmpty;
            subscription ??= Create(options.Match, subscribe.Text);
            var subscriber = new Subscriber(member, subscription) { Node = options.Node, IsByAuthorizer = options.IsByAuthorizer };
            member.Subscriptions.Add(subscription.Id, subscriber);
            Answer(subscriber, role, subscribe.Request, options.GetRetained, isNew: true, batch);
            foreach (var observer in observers)
            {
                if (isNew)
                {
                    observer.OnCreate(member, subscription, batch);
                }

                observer.OnSubscribe(member, subscription, batch);
            }

            return null;
        }
    }

    /// <summary>Ends one subscription of a session and answers its UNSUBSCRIBE; false if the session holds no such subscription.</summary>
    public bool TryLeave(Member member, in WampMessage unsubscribe, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.Subscriptions?.Remove(unsubscribe.Subscription, out var subscriber) is not true)
            {
                return false;
            }

            subscriber!.Shut();
            member.Peer.Acknowledge(MessageCode.Unsubscribed, unsubscribe.Request, batch);
            Drop(subscriber, batch);
            return true;
        }
    }

    /// <summary>Takes a subscription away from a session; false if the session holds no such subscription.</summary>
    public bool TryRevoke(ulong session, ulong subscriptionId, string reason, FlushBatch batch)
    {
        lock (_changes)
        {
            if (!_byId.TryGetValue(subscriptionId, out var subscription) || subscription.Find(session) is not { } subscriber)
            {
                return false;
            }

            Revoke(subscriber, reason, batch);
            return true;
        }
    }

    /// <summary>Takes subscriptions away from sessions, and tells the sessions.</summary>
    /// <param name="isMeant">Picks them; called under the lock.</param>
    /// <param name="reason">The reason that the sessions are told, a URI.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>How many were taken away.</returns>
    public int RevokeWhere(Predicate<Subscriber> isMeant, string reason, FlushBatch batch)
    {
        var revoked = 0;
        foreach (var subscription in List())
        {
            // The lock is taken for one at a time, so that others can subscribe meanwhile.
            lock (_changes)
            {
                foreach (var subscriber in subscription.Subscribers)        // a snapshot, which the loop does not change
                {
                    if (isMeant(subscriber))
                    {
                        Revoke(subscriber, reason, batch);
                        revoked++;
                    }
                }
            }
        }

        return revoked;
    }

    /// <summary>Ends all subscriptions of a leaving session. Idempotent; later SUBSCRIBEs of the session have no effect.</summary>
    public void LeaveAll(Member member, FlushBatch batch)
    {
        lock (_changes)
        {
            member.LeftBroker = true;
            foreach (var subscriber in member.Subscriptions?.Values ?? Enumerable.Empty<Subscriber>())
            {
                subscriber.Shut();
                Drop(subscriber, batch);
            }

            member.Subscriptions = null;
        }
    }

    private void Revoke(Subscriber subscriber, string reason, FlushBatch batch)
    {
        subscriber.Member.Subscriptions!.Remove(subscriber.Subscription.Id);
        subscriber.Shut();
        subscriber.TellRevoked(reason, batch);
        Drop(subscriber, batch, isRevoked: true);
    }

    /// <summary>Sends SUBSCRIBED, then the retained events, and only then lets publishers see the subscriber: WAMP requires this order.</summary>
    private void Answer(Subscriber subscriber, Role role, ulong request, bool getRetained, bool isNew, FlushBatch batch)
    {
        if (getRetained)
        {
            lock (retained.Gate)
            {
                Acknowledge();
                retained.Send(subscriber, role, batch);
                if (isNew)
                {
                    subscriber.ServedUpTo = retained.LastNumber;
                    subscriber.Subscription.Add(subscriber);
                }
            }

            return;
        }

        Acknowledge();
        if (isNew)
        {
            subscriber.Subscription.Add(subscriber);
        }

        void Acknowledge() => subscriber.Member.Peer.Acknowledge(MessageCode.Subscribed, request, subscriber.Subscription.Id, batch);
    }

    /// <summary>Ids of the router scope. After the largest one they start again, and skip ids in use.</summary>
    private ulong NextId()
    {
        do
        {
            _lastId = WampId.After(_lastId);
        }
        while (_byId.ContainsKey(_lastId));

        return _lastId;
    }

    private Subscription Create(MatchPolicy match, ReadOnlySpan<byte> uri, IEventHistory? history = null)
    {
        var topic = match == MatchPolicy.Exact ? uris.Pin(uri) : null;
        var subscription = new Subscription(NextId(), match, topic?.Utf8 ?? uri.ToArray(), time.GetUtcNow()) { Topic = topic, History = history };
        index.Add(subscription);
        _byId.Add(subscription.Id, subscription);
        return subscription;
    }

    /// <summary>Removes a subscriber that was shut; with the last one, the subscription.</summary>
    private void Drop(Subscriber subscriber, FlushBatch batch, bool isRevoked = false)
    {
        var subscription = subscriber.Subscription;
        subscription.Remove(subscriber);
        subscriber.Member.Quota.Give(Resource.Subscriptions, Resource.SubscriptionBytes, Subscriber.SizeOf(subscription.Uri.Length));
        var isLast = subscription.Subscribers.IsEmpty;
        if (isLast && subscription.History is null)
        {
            Remove(subscription);
        }

        foreach (var observer in observers)
        {
            observer.OnUnsubscribe(subscriber.Member, subscription, isRevoked, batch);
            if (isLast)
            {
                observer.OnDelete(subscriber.Member, subscription, batch);
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        _byId.Remove(subscription.Id);
        index.Remove(subscription);
        if (subscription.Topic is { } topic)
        {
            uris.Unpin(topic);
        }
    }
}
