using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Events;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>One session's part in a subscription. Shut before UNSUBSCRIBED is enqueued, so that no EVENT follows it.</summary>
internal sealed class Subscriber(Member member, Subscription subscription) : IDeliveryGate
{
    /// <summary>What a subscription that nobody else has takes beside its URI, about: it, its entry, its places in four tables.</summary>
    private const int OverheadBytes = 512;

    private volatile bool _shut;
    private ulong _node;

    /// <summary>Who receives.</summary>
    public Member Member { get; } = member;

    /// <summary>What was subscribed to.</summary>
    public Subscription Subscription { get; } = subscription;

    /// <summary>The hash of its node key, by which it gets a share of the sharded publications; 0: it gets all of them.</summary>
    public ulong Node
    {
        get => Volatile.Read(ref _node);
        set => Volatile.Write(ref _node, value);
    }

    /// <summary>Of the retained publications, the number of the last one before it joined; those up to it are none of its EVENTs.</summary>
    public long ServedUpTo { get; set; }

    /// <inheritdoc />
    public bool IsOpen => !_shut;

    /// <summary>What it counts, in bytes: as if no other session had the same subscription, because the others may go first.</summary>
    /// <param name="uriBytes">The length of the topic or pattern, which is kept once as what it is and once for being found.</param>
    public static long SizeOf(int uriBytes) => OverheadBytes + (2L * uriBytes);

    /// <summary>
    /// Whether it may have a publication. One of a pattern must be allowed to subscribe to this very topic as well: a pattern must not
    /// lead around a rule that denies a part of it.
    /// </summary>
    public bool MayHave(scoped in Publication publication) =>
        (publication.Receivers is null || publication.Receivers.Admits(Member.Identity))
        && (publication.RetainedAs == 0 || publication.RetainedAs > ServedUpTo)
        && (Subscription.Match == MatchPolicy.Exact || (publication.Topic.PermissionsOf(Member.Role) & Permissions.Subscribe) != 0);

    /// <summary>No further EVENT. An EVENT being enqueued at this moment still goes out first.</summary>
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
