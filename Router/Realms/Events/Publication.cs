using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>One publication on its way to the subscribers. Borrows the publisher's message.</summary>
internal ref struct Publication
{
    /// <summary>A publication of the router itself.</summary>
    public Publication(RealmPolicy policy, UriEntry topic, Payload payload, Member? except)
    {
        Id = WampId.NextGlobal();
        Policy = policy;
        Topic = topic;
        Payload = payload;
        Excluded = except;
    }

    /// <summary>A publication of a session.</summary>
    public Publication(Member publisher, Role role, UriEntry topic, in WampMessage publish, scoped in PublishOptions options)
        : this(role.Policy, topic, publish.Payload, options.ExcludeMe ? publisher : null)
    {
        TrustLevel = role.TrustLevel;
        if (options.DiscloseMe || (topic.PermissionsOf(role) & Permissions.DisclosePublisher) != 0)
        {
            Disclosed = publisher.Identity;
        }

        if (!options.IsEmpty)
        {
            Receivers = options.Receivers;
            Passthru = options.Passthru;
            Shard = options.Shard;
        }
    }

    /// <summary>The publication id: global scope, the same in every EVENT.</summary>
    public ulong Id { get; }

    /// <summary>The policy by which it is judged: for the publisher, and for each receiver.</summary>
    public RealmPolicy Policy { get; }

    /// <summary>The topic.</summary>
    public UriEntry Topic { get; }

    /// <summary>The arguments.</summary>
    public Payload Payload { get; }

    /// <summary>The publisher, where its identity is disclosed to subscribers; else null.</summary>
    public MemberIdentity? Disclosed { get; }

    /// <summary>A session that gets no EVENT: usually the publisher.</summary>
    public Member? Excluded { get; }

    /// <summary>The publisher's restriction of receivers; null: none.</summary>
    public ReceiverFilter? Receivers { get; }

    /// <summary>The trust level of the publisher's role; null: not configured.</summary>
    public int? TrustLevel { get; }

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public PayloadPassthru Passthru { get; }

    /// <summary>The hash of the resource key, which selects one node of each subscription; 0: every node gets the publication.</summary>
    public ulong Shard { get; }

    /// <summary>Its number among the retained events; 0: it is not retained.</summary>
    public long RetainedAs { readonly get; set; }

    /// <summary>Whether some subscribers may not have it.</summary>
    public readonly bool IsRestricted => Receivers is not null || RetainedAs != 0;
}
