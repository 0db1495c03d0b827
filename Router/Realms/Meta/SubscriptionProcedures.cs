using WampRouter.Realms.Broker;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>The procedures about subscriptions and subscribers (<c>rfc/text/advanced/meta_api_subscriptions.md</c> "Procedures").</summary>
internal sealed class SubscriptionProcedures(EventBroker broker)
{
    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All =>
    [
        ("wamp.subscription.list", List),
        ("wamp.subscription.lookup", Lookup),
        ("wamp.subscription.match", Match),
        ("wamp.subscription.get", Get),
        ("wamp.subscription.list_subscribers", ListSubscribers),
        ("wamp.subscription.count_subscribers", CountSubscribers),
        ("wamp.subscription.remove_subscriber", RemoveSubscriber),
    ];

    private Refusal? List(in MetaCall call)
    {
        var writer = call.BeginResult();
        writer.WriteIdsByMatch(broker.ListSubscriptions().Where(HasSubscribers).ToLookup(subscription => subscription.Match, subscription => subscription.Id));
        return call.Return(writer);
    }

    private Refusal? Lookup(in MetaCall call)
    {
        if (call.ReadPattern(out var uri, out var match) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnId(broker.FindSubscription(match, uri)?.Id);
    }

    private Refusal? Match(in MetaCall call)
    {
        if (!call.TryReadText(out var topic))
        {
            return Refusal.InvalidArgument("the first argument must be a URI");
        }

        if (!WampUri.IsValid(topic, strict: false))
        {
            return Refusal.WrongUri(topic, UriCheck.Loose);
        }

        if (broker.MatchSubscriptions(topic).Where(HasSubscribers).Select(subscription => subscription.Id).ToArray() is { Length: > 0 } matches)
        {
            call.ReturnIds(matches);
        }
        else
        {
            call.ReturnId(null);
        }

        return null;
    }

    private Refusal? Get(in MetaCall call)
    {
        if (Find(call, out var subscription) is { } refusal)
        {
            return refusal;
        }

        var writer = call.BeginResult();
        SubscriptionEvents.WriteDetails(writer, subscription!);
        return call.Return(writer);
    }

    private Refusal? ListSubscribers(in MetaCall call)
    {
        if (Find(call, out var subscription) is { } refusal)
        {
            return refusal;
        }

        var subscribers = subscription!.Subscribers;
        var sessions = new List<ulong>(subscribers.Length);
        foreach (var subscriber in subscribers)
        {
            sessions.Add(subscriber.Member.Identity.Session);
        }

        return call.ReturnIds(sessions);
    }

    private Refusal? CountSubscribers(in MetaCall call)
    {
        if (Find(call, out var subscription) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnCount(subscription!.Subscribers.Length);
    }

    private Refusal? RemoveSubscriber(in MetaCall call)
    {
        if (call.ReadRemoval(out var id, out var session, out var reason) is { } refusal)
        {
            return refusal;
        }

        if (broker.FindSubscription(id) is null)
        {
            return Refusal.UnknownSubscription;
        }

        if (!broker.Revoke(session, id, reason, call.Batch))
        {
            return new Refusal(WampErrors.NoSuchSession, "no session of this id is subscribed to it");
        }

        return call.ReturnNothing();
    }

    /// <summary>A subscription that exists only for its history reaches no session, so it is not listed. A lookup still returns its id, to read the history.</summary>
    private static bool HasSubscribers(Subscription subscription) => !subscription.Subscribers.IsEmpty;

    private Refusal? Find(in MetaCall call, out Subscription? subscription)
    {
        subscription = call.TryReadId(out var id) ? broker.FindSubscription(id) : null;
        return subscription is not null ? null
            : id == 0 ? Refusal.InvalidArgument("the first argument must be a subscription id")
            : Refusal.UnknownSubscription;
    }
}
