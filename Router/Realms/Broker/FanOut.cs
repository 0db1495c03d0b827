using System.Runtime.CompilerServices;
using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Broker;

/// <summary>Brings one publication to the subscribers of each subscription that matches, on the publisher's thread.</summary>
internal static class FanOut
{
    /// <summary>Offers the publication to every subscriber but those it is not meant for; a full outbox never holds up the rest.</summary>
    public static (int Delivered, int Dropped) Send(Subscription subscription, in Publication publication, FlushBatch batch)
    {
        var (delivered, dropped) = (0, 0);
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

            if (!possible)
            {
                dropped++;
                member.RemarkLeftOut(publication.Topic.Utf8);
            }
            else if (member.Peer.SendEvent(frame, subscriber, batch))
            {
                delivered++;
            }
            else
            {
                dropped++;
            }
        }

        return (delivered, dropped);
    }

    // Kept out of the loop: most publications are for all, and their loop stays short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsFor(Subscriber subscriber, scoped in Publication publication, ulong node) =>
        subscriber.MayHave(publication) && (node == 0 || subscriber.Node == node || subscriber.Node == 0);

    /// <summary>
    /// The node that owns a key, of those the subscribers named; 0 if none did. The specification leaves the choice to the router
    /// (<c>rfc/text/advanced/pubsub_sharded_subscription.md</c>): see <see cref="RendezvousHash"/>.
    /// </summary>
    /// <param name="shard">The hash of the key.</param>
    /// <param name="subscription">Whose subscribers.</param>
    /// <param name="joining">The node of one that is about to be a subscriber; 0: nobody is, or it has none.</param>
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
