using WampRouter.Delivery;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Is told of every change of subscriptions and subscribers, in the order the specification wants for the meta events
/// (<c>rfc/text/advanced/meta_api_subscriptions.md</c>): created, then subscribed; unsubscribed, then deleted.
/// </summary>
/// <remarks>Called under the lock of the subscriptions, so in one order for the whole realm. An observer may only enqueue frames.</remarks>
internal interface ISubscriptionObserver
{
    /// <summary>The first session subscribed; <see cref="OnSubscribe"/> follows. For subscriptions with a history too, although they exist from the start.</summary>
    void OnCreate(Member member, Subscription subscription, FlushBatch batch);

    /// <summary>A session became a subscriber; its SUBSCRIBED is enqueued.</summary>
    void OnSubscribe(Member member, Subscription subscription, FlushBatch batch);

    /// <summary>A session is no longer a subscriber: it unsubscribed, left, or its subscription was revoked.</summary>
    void OnUnsubscribe(Member member, Subscription subscription, bool isRevoked, FlushBatch batch);

    /// <summary>The last subscriber has gone.</summary>
    void OnDelete(Member member, Subscription subscription, FlushBatch batch);
}
