using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Publish and subscribe of one realm (<c>rfc/text/basic/publish_subscribe.md</c> and its advanced siblings). Publishing takes no lock and runs on the
/// publisher's thread to the end, which keeps EVENTs of one publisher in order for each subscriber, across topics too.
/// </summary>
internal sealed class Broker
{
    private readonly RealmSettings _settings;
    private readonly UriTable _uris;
    private readonly RealmMetrics _metrics;
    private readonly RetainedEvents _retained;
    private readonly SubscriptionTable _subscriptions;

    public Broker(RealmSettings settings, UriTable uris, RealmMetrics metrics, TimeProvider time)
    {
        _settings = settings;
        _uris = uris;
        _metrics = metrics;
        _retained = new RetainedEvents(settings.Retained, uris, metrics, time);
        _subscriptions = new SubscriptionTable(uris, _retained, time);
    }

    /// <summary>Topics and patterns subscribed to now.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>Events retained now.</summary>
    public int RetainedEvents => _retained.Count;

    /// <summary>Routes a PUBLISH. Returns a protocol violation of the publisher, or null.</summary>
    public string? Publish(Member publisher, in WampMessage publish, FlushBatch batch)
    {
        if (!PublishOptions.TryRead(publish, out var options, out var violation))
        {
            return violation;
        }

        if (options.Passthru.IsUsed && (publisher.Features & PeerFeatures.PublisherPayloadPassthru) == 0)
        {
            return "ppt_scheme needs the feature payload_passthru_mode announced by the publisher";
        }

        var topic = _uris.Find(publish.Text);
        var permissions = topic.PermissionsOf(publisher.Role);
        var mustDisclose = (permissions & Permissions.DisclosePublisher) != 0;
        if ((RefusalOf(topic, permissions) ?? RefusalOfDisclosure(options.DiscloseMe && !mustDisclose)) is { } refusal)
        {
            // Without acknowledge the specification wants silence on the wire; the counter still tells.
            _metrics.Refused(MessageCode.Publish);
            if (options.Acknowledge)
            {
                publisher.Peer.Refuse(MessageCode.Publish, publish.Request, refusal, batch);
            }

            return null;
        }

        var publication = new Publication
        {
            Id = WampId.NextGlobal(),
            Topic = topic,
            Payload = publish.Payload,
            Disclosed = options.DiscloseMe || mustDisclose ? publisher.Identity : null,
            Excluded = options.ExcludeMe ? publisher : null,
            Receivers = options.Receivers,
            TrustLevel = publisher.Role.TrustLevel,
            Passthru = options.Passthru,
            Shard = options.Shard,
        };
        Send(options.Retain ? publication with { RetainedAs = _retained.Put(publication) } : publication, batch);
        if (options.Acknowledge)
        {
            publisher.Peer.Acknowledge(MessageCode.Published, publish.Request, publication.Id, batch);
        }

        return null;
    }

    /// <summary>Brings an event of the router itself to its subscribers. Any thread; no lock is taken but the receivers'.</summary>
    public void PublishInternal(in Publication publication, FlushBatch batch) => Send(publication, batch);

    /// <summary>Whether anybody would get an event: what the router tells nobody it need not encode.</summary>
    public bool HasSubscribers(UriEntry topic) => topic.Subscription is { Subscribers.IsEmpty: false } || !_subscriptions.PatternsMatching(topic).IsEmpty;

    /// <summary>Answers a SUBSCRIBE. Returns a protocol violation of the subscriber, or null.</summary>
    public string? Subscribe(Member member, in WampMessage subscribe, FlushBatch batch)
    {
        if (!SubscribeOptions.TryRead(subscribe, out var options, out var violation))
        {
            return violation;
        }

        var refusal = options.Refusal ?? RefusalOf(member, options.Match, subscribe.Text) ?? _subscriptions.Join(member, subscribe, options, batch);
        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Subscribe);
            member.Peer.Refuse(MessageCode.Subscribe, subscribe.Request, reason, batch);
        }

        return null;
    }

    /// <summary>Answers an UNSUBSCRIBE; only the session's own subscriptions count.</summary>
    public void Unsubscribe(Member member, in WampMessage unsubscribe, FlushBatch batch)
    {
        if (!_subscriptions.TryLeave(member, unsubscribe, batch))
        {
            _metrics.Refused(MessageCode.Unsubscribe);
            member.Peer.Refuse(MessageCode.Unsubscribe, unsubscribe.Request, Refusal.NoSuchSubscription, batch);
        }
    }

    /// <summary>
    /// Takes a subscription away from a session (<c>rfc/text/advanced/pubsub_subscription_revocation.md</c>); the session is told if it announced that it
    /// understands it. False if the session holds no such subscription.
    /// </summary>
    public bool Revoke(ulong session, ulong subscription, string reason, FlushBatch batch) => _subscriptions.TryRevoke(session, subscription, reason, batch);

    /// <summary>Drops everything a leaving session subscribed to. Idempotent; later SUBSCRIBEs of it have no effect.</summary>
    public void Leave(Member member) => _subscriptions.LeaveAll(member);

    private void Send(in Publication publication, FlushBatch batch)
    {
        if (publication.Topic.Subscription is { } exact)
        {
            var (delivered, dropped) = FanOut.Send(exact, publication, batch);
            _metrics.Published(delivered, dropped);
        }

        foreach (var pattern in _subscriptions.PatternsMatching(publication.Topic))
        {
            var (delivered, dropped) = FanOut.Send(pattern, publication, batch);
            _metrics.Published(delivered, dropped);
        }
    }

    private static Refusal? RefusalOf(UriEntry topic, Permissions permissions) => topic switch
    {
        { IsValid: false } => Refusal.InvalidUri,
        { IsReserved: true } => Refusal.ReservedUri,
        _ => (permissions & Permissions.Publish) == 0 ? Refusal.NotAuthorized : null,
    };

    private Refusal? RefusalOfDisclosure(bool isAsked) => isAsked && !_settings.AllowDiscloseMe ? Refusal.DisclosureForbidden : null;

    private Refusal? RefusalOf(Member member, MatchPolicy match, ReadOnlySpan<byte> uri)
    {
        if (match == MatchPolicy.Exact)
        {
            var topic = _uris.Find(uri);
            return !topic.IsValid ? Refusal.InvalidUri
                : (topic.PermissionsOf(member.Role) & Permissions.Subscribe) == 0 ? Refusal.NotAuthorized
                : null;
        }

        return !MatchPolicies.IsValid(match, uri, _uris.Check) ? Refusal.InvalidPattern
            : (member.Role.Decide(uri).Permissions & Permissions.Subscribe) == 0 ? Refusal.NotAuthorized
            : null;
    }
}
