using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Events;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>One session as a subscriber of one subscription. Shut before UNSUBSCRIBED is enqueued, so that no EVENT follows it.</summary>
internal sealed class Subscriber(Member member, Subscription subscription) : IDeliveryGate
{
    /// <summary>Roughly what a subscription with one subscriber takes besides its URI: its objects, and its entries in four tables.</summary>
    private const int OverheadBytes = 512;

    private volatile bool _shut;
    private ulong _node;

    /// <summary>The session that receives.</summary>
    public Member Member { get; } = member;

    /// <summary>The subscription.</summary>
    public Subscription Subscription { get; } = subscription;

    /// <summary>The hash of its node key, which gives it a share of the sharded publications; 0: it gets all of them.</summary>
    public ulong Node
    {
        get => Volatile.Read(ref _node);
        set => Volatile.Write(ref _node, value);
    }

    /// <summary>Whether the realm's authorizer allowed it, because no rule covers it. It then also gets events of topics that no rule covers. Written under the broker's lock.</summary>
    public bool IsByAuthorizer { get; set; }

    /// <summary>The number of the last event that was retained before it joined; it gets no EVENT of publications retained up to that one.</summary>
    public long ServedUpTo { get; set; }

    /// <inheritdoc />
    public bool IsOpen => !_shut;

    /// <summary>What it counts for, in bytes. Computed as if the subscription had no other subscriber, because the others may leave first.</summary>
    /// <param name="uriBytes">The length of the topic or pattern, which is stored twice.</param>
    public static long SizeOf(int uriBytes) => OverheadBytes + (2L * uriBytes);

    /// <summary>
    /// Whether it may have a publication. A pattern subscriber must also be allowed to subscribe to this very topic; otherwise a pattern could
    /// get around a rule that denies some topics.
    /// </summary>
    public bool MayHave(scoped in Publication publication) =>
        (publication.Receivers is null || publication.Receivers.Admits(Member.Identity))
        && (publication.RetainedAs == 0 || publication.RetainedAs > ServedUpTo)
        && MayHave(publication.Topic, Member.RoleIn(publication.Policy));

    /// <summary>Whether it may have events of a topic that matches its subscription.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="role">Its role.</param>
    public bool MayHave(UriEntry topic, Role role) =>
        Subscription.Match == MatchPolicy.Exact || (topic.PermissionsOf(role) & (IsByAuthorizer ? Permissions.Subscribe | Permissions.Undecided : Permissions.Subscribe)) != 0;

    /// <summary>Stops EVENTs. An EVENT that is being enqueued at this moment is still sent first.</summary>
    public void Shut() => _shut = true;

    /// <summary><c>[UNSUBSCRIBED, 0, {"subscription": id, "reason": reason}]</c>, for sessions that understand it.</summary>
    public void TellRevoked(string reason, FlushBatch batch)
    {
        if ((Member.Features & PeerFeatures.SubscriberRevocation) == 0)
        {
            return;
        }

        var writer = MessageWriter.ForThread(Member.Peer.Encoding);
        writer.Begin(MessageCode.Unsubscribed, elements: 3);
        writer.WriteInteger(0);
        writer.BeginDictionary(2);
        writer.WriteKey("subscription"u8);
        writer.WriteId(Subscription.Id);
        writer.WriteKey("reason"u8);
        writer.WriteText(reason);
        writer.EndDictionary();
        Member.Peer.Send(writer.End(), batch);
    }
}
