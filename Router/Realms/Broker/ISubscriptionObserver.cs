using WampRouter.Delivery;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Hears of every change of who is subscribed to what, in the order the specification wants for the meta events
/// (<c>rfc/text/advanced/pubsub_subscription_meta_api.md</c>): created, then subscribed; unsubscribed, then deleted.
/// </summary>
/// <remarks>Called under the lock of the subscriptions, so in one order for the realm: an observer may enqueue, nothing else.</remarks>
internal interface ISubscriptionObserver
{
    /// <summary>The first session subscribed; <see cref="OnSubscribe"/> follows. Subscriptions with a history are there from the start and never come here.</summary>
    void OnCreate(Member member, Subscription subscription, FlushBatch batch);

    /// <summary>A session became a subscriber; SUBSCRIBED is on its way to it.</summary>
    void OnSubscribe(Member member, Subscription subscription, FlushBatch batch);

    /// <summary>A session is no subscriber any more: it unsubscribed, left, or the subscription was taken away from it.</summary>
    void OnUnsubscribe(Member member, Subscription subscription, bool isRevoked, FlushBatch batch);

    /// <summary>That was the last one.</summary>
    void OnDelete(Member member, Subscription subscription, FlushBatch batch);
}
