using System.Runtime.CompilerServices;
using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Broker;

/// <summary>Sends one publication to the subscribers of one matching subscription, on the publisher's thread.</summary>
internal static class FanOut
{
    /// <summary>Offers the publication to every subscriber that may have it; a full outbox never delays the others.</summary>
    public static FanOutCount Send(Subscription subscription, in Publication publication, FlushBatch batch)
    {
        var (delivered, notTaken, inexpressible) = (0, 0, 0);
        var frames = new EventFrames(subscription);
        var node = publication.Shard == 0 ? 0 : NodeOf(publication.Shard, subscription);
        var isForAll = subscription.Match == MatchPolicy.Exact && !publication.IsRestricted && node == 0;
        var excluded = publication.Excluded;
        var encoding = -1;
        var possible = false;
        ReadOnlySpan<byte> frame = default;
        foreach (var subscriber in subscription.Subscribers)
        {
            var member = subscriber.Member;
            if (ReferenceEquals(member, excluded) || (!isForAll && !IsFor(subscriber, publication, node)))
            {
                continue;
            }

            var wanted = member.Peer.Encoding;
            if (wanted.Index != encoding)
            {
                encoding = wanted.Index;
                possible = frames.TryGet(wanted, publication, out frame);
            }

            var outcome = possible ? member.Peer.SendEvent(frame, subscriber, batch) : SendOutcome.TooLong;
            if (outcome == SendOutcome.Taken)
            {
                delivered++;
                continue;
            }

            if (outcome == SendOutcome.TooLong)
            {
                inexpressible++;
                member.RemarkLeftOut(publication.Topic.Utf8);
            }
            else
            {
                notTaken++;
            }
        }

        return new FanOutCount(delivered, notTaken, inexpressible);
    }

    // Kept out of the loop: most publications are for all, and their loop stays short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsFor(Subscriber subscriber, scoped in Publication publication, ulong node) =>
        subscriber.MayHave(publication) && (node == 0 || subscriber.Node == node || subscriber.Node == 0);

    /// <summary>
    /// The node that owns a key, among the nodes that subscribers named; 0 if none did. The specification leaves the choice to the router
    /// (<c>rfc/text/advanced/pubsub_sharded_subscription.md</c>): see <see cref="RendezvousHash"/>.
    /// </summary>
    /// <param name="shard">The hash of the key.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="joining">The node of a session that is just subscribing; 0: there is none, or it names no node.</param>
    public static ulong NodeOf(ulong shard, Subscription subscription, ulong joining = 0)
    {
        var (owner, highest) = (joining, joining == 0 ? 0 : RendezvousHash.Weight(shard, joining));
        foreach (var subscriber in subscription.Subscribers)
        {
            var node = subscriber.Node;
            var weight = RendezvousHash.Weight(shard, node);
            if (node != 0 && (owner == 0 || weight > highest || (weight == highest && node > owner)))
            {
                (owner, highest) = (node, weight);
            }
        }

        return owner;
    }
}
