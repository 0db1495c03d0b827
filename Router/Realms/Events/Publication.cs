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
    private readonly bool _isDisclosed;

    /// <summary>A publication of the router itself.</summary>
    public Publication(RealmPolicy policy, UriEntry topic, Payload payload, Member? except)
    {
        Id = WampId.NextGlobal();
        Policy = policy;
        Topic = topic;
        Payload = payload;
        Excluded = except;
        NotFor = except?.Identity;
    }

    /// <summary>A publication of a session.</summary>
    public Publication(Member publisher, Role role, Permissions permissions, UriEntry topic, in WampMessage publish, scoped in PublishOptions options)
        : this(role.Policy, topic, publish.Payload, options.ExcludeMe ? publisher : null)
    {
        Origin = new Origin(publisher.Identity, role.TrustLevel);
        _isDisclosed = options.DiscloseMe || (permissions & Permissions.DisclosePublisher) != 0;
        if (!options.IsEmpty)
        {
            Receivers = options.Receivers;
            Passthru = options.Passthru;
            Shard = options.Shard;
        }
    }

    /// <summary>A publication that was accepted elsewhere, where it got its id. Its publisher is disclosed if the options say so.</summary>
    public Publication(Origin origin, ulong id, RealmPolicy policy, UriEntry topic, in WampMessage publish, scoped in PublishOptions options)
    {
        Id = id;
        Origin = origin;
        Policy = policy;
        Topic = topic;
        Payload = publish.Payload;
        NotFor = options.ExcludeMe ? origin.Identity : null;
        Receivers = options.Receivers;
        Passthru = options.Passthru;
        Shard = options.Shard;
        _isDisclosed = options.DiscloseMe;
    }

    /// <summary>The publication id: global scope, the same in every EVENT.</summary>
    public ulong Id { get; }

    /// <summary>The policy by which it is judged: for the publisher, and for each receiver.</summary>
    public RealmPolicy Policy { get; }

    /// <summary>The topic.</summary>
    public UriEntry Topic { get; }

    /// <summary>The arguments.</summary>
    public Payload Payload { get; }

    /// <summary>Who published.</summary>
    public Origin Origin { get; }

    /// <summary>The publisher, where its identity is disclosed to subscribers; else null.</summary>
    public readonly MemberIdentity? Disclosed => _isDisclosed ? Origin.Identity : null;

    /// <summary>A session here that gets no EVENT: usually the publisher.</summary>
    public Member? Excluded { get; }

    /// <summary>The same, wherever it is: it also gets no EVENT later, if the publication is retained.</summary>
    public MemberIdentity? NotFor { get; }

    /// <summary>The publisher's restriction of receivers; null: none.</summary>
    public ReceiverFilter? Receivers { get; }

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public PayloadPassthru Passthru { get; }

    /// <summary>The hash of the resource key, which selects one node of each subscription; 0: every node gets the publication.</summary>
    public ulong Shard { get; }

    /// <summary>Its number among the retained events; 0: it is not retained.</summary>
    public long RetainedAs { readonly get; set; }

    /// <summary>Whether some subscribers may not have it.</summary>
    public readonly bool IsRestricted => Receivers is not null || RetainedAs != 0;
}
