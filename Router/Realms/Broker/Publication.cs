using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>What is published, on its way to the subscribers. Borrows the publisher's message.</summary>
internal readonly ref struct Publication
{
    /// <summary>The publication id: global scope, the same in every EVENT.</summary>
    public required ulong Id { get; init; }

    /// <summary>What it is published to.</summary>
    public required UriEntry Topic { get; init; }

    /// <summary>The arguments.</summary>
    public required Payload Payload { get; init; }

    /// <summary>The publisher, where subscribers are told.</summary>
    public MemberIdentity? Disclosed { get; init; }

    /// <summary>The publisher, where it gets no EVENT itself.</summary>
    public Member? Excluded { get; init; }

    /// <summary>Whom the publisher restricts it to; null: nobody is left out.</summary>
    public ReceiverFilter? Receivers { get; init; }

    /// <summary>How far the configuration trusts the publisher; null: it does not say.</summary>
    public int? TrustLevel { get; init; }

    /// <summary>How the payload is made, where the router is not to look into it.</summary>
    public PayloadPassthru Passthru { get; init; }

    /// <summary>The hash of the resource key, by which one node of each subscription gets it; null: every node does.</summary>
    public ulong? Shard { get; init; }

    /// <summary>Its number among the retained ones; 0: it is not retained.</summary>
    public long RetainedAs { get; init; }

    /// <summary>Whether not every subscriber may have it.</summary>
    public bool IsRestricted => Receivers is not null || RetainedAs != 0;

    /// <summary>
    /// Whether a subscriber may have it. One of a pattern must be allowed to subscribe to this very topic as well: a pattern must not
    /// lead around a rule that denies a part of it.
    /// </summary>
    public bool IsFor(Subscriber subscriber)
    {
        var member = subscriber.Member;
        return (Receivers is null || Receivers.Admits(member.Identity))
            && (RetainedAs == 0 || RetainedAs > subscriber.ServedUpTo)
            && (subscriber.Subscription.Match == MatchPolicy.Exact || (Topic.PermissionsOf(member.Role) & Permissions.Subscribe) != 0);
    }
}
