using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>What is published, on its way to the subscribers. Borrows the publisher's message.</summary>
internal ref struct Publication
{
    /// <summary>A publication of the router itself.</summary>
    public Publication(UriEntry topic, Payload payload, Member? except)
    {
        Id = WampId.NextGlobal();
        Topic = topic;
        Payload = payload;
        Excluded = except;
    }

    /// <summary>A publication of a session.</summary>
    public Publication(Member publisher, UriEntry topic, in WampMessage publish, scoped in PublishOptions options)
        : this(topic, publish.Payload, options.ExcludeMe ? publisher : null)
    {
        TrustLevel = publisher.Role.TrustLevel;
        if (options.DiscloseMe || (topic.PermissionsOf(publisher.Role) & Permissions.DisclosePublisher) != 0)
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

    /// <summary>What it is published to.</summary>
    public UriEntry Topic { get; }

    /// <summary>The arguments.</summary>
    public Payload Payload { get; }

    /// <summary>The publisher, where subscribers are told.</summary>
    public MemberIdentity? Disclosed { get; }

    /// <summary>A session that gets no EVENT: the publisher, most often.</summary>
    public Member? Excluded { get; }

    /// <summary>Whom the publisher restricts it to; null: nobody is left out.</summary>
    public ReceiverFilter? Receivers { get; }

    /// <summary>How far the configuration trusts the publisher; null: it does not say.</summary>
    public int? TrustLevel { get; }

    /// <summary>How the payload is made, where the router is not to look into it.</summary>
    public PayloadPassthru Passthru { get; }

    /// <summary>The hash of the resource key, by which one node of each subscription gets it; 0: every node does.</summary>
    public ulong Shard { get; }

    /// <summary>Its number among the retained ones; 0: it is not retained.</summary>
    public long RetainedAs { readonly get; set; }

    /// <summary>Whether not every subscriber may have it.</summary>
    public readonly bool IsRestricted => Receivers is not null || RetainedAs != 0;
}
