using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>
/// Publishes changes of subscriptions (<c>rfc/text/advanced/meta_api_subscriptions.md</c> "Events") to all subscribers except the session that causes them. Subscriptions to the
/// router's own topics cause no events: those would be events about meta events.
/// </summary>
internal sealed class SubscriptionEvents(PublicationRouting publications) : ISubscriptionObserver
{
    /// <inheritdoc />
    public void OnCreate(Member member, Subscription subscription, FlushBatch batch)
    {
        if (!WampUri.IsReserved(subscription.Uri))
        {
            publications.PublishInternal("wamp.subscription.on_create"u8, (member, subscription), static (writer, created) => WriteCreation(writer, created.member, created.subscription), batch, except: member);
        }
    }

    /// <inheritdoc />
    public void OnSubscribe(Member member, Subscription subscription, FlushBatch batch) => Publish("wamp.subscription.on_subscribe"u8, member, subscription, batch, except: member);

    /// <inheritdoc />
    /// <remarks>If the subscription was revoked, its session is told too: without <c>subscription_revocation</c> it learns it in no other way.</remarks>
    public void OnUnsubscribe(Member member, Subscription subscription, bool isRevoked, FlushBatch batch) =>
        Publish("wamp.subscription.on_unsubscribe"u8, member, subscription, batch, except: isRevoked ? null : member);

    /// <inheritdoc />
    public void OnDelete(Member member, Subscription subscription, FlushBatch batch) => Publish("wamp.subscription.on_delete"u8, member, subscription, batch, except: member);

    /// <summary>Writes the dictionary that describes a subscription.</summary>
    public static void WriteDetails(MessageWriter writer, Subscription subscription)
    {
        writer.BeginDictionary(4);
        writer.WriteOrigin(subscription.Id, subscription.Created, subscription.Uri, subscription.Match);
        writer.EndDictionary();
    }

    private static void WriteCreation(MessageWriter writer, Member member, Subscription subscription)
    {
        writer.BeginList(2);
        writer.WriteId(member.Identity.Session);
        WriteDetails(writer, subscription);
        writer.EndList();
    }

    private void Publish(ReadOnlySpan<byte> topic, Member member, Subscription subscription, FlushBatch batch, Member? except)
    {
        if (!WampUri.IsReserved(subscription.Uri))
        {
            publications.PublishInternal(topic, (member.Identity.Session, subscription.Id), MetaValues.WritePair, batch, except);
        }
    }
}
