using WampRouter.Realms.Authorization;
using WampRouter.Realms.Events;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Broker;

/// <summary>A retained event and its places: among all and among those of its topic.</summary>
internal sealed class RetainedEvent
{
    public RetainedEvent(long number, StoredEvent stored, MemberIdentity? excluded, ulong shard, RetainedTopic topic, RetainedShare share)
    {
        Number = number;
        Event = stored;
        Excluded = excluded;
        Shard = shard;
        Topic = topic;
        Place = new LinkedListNode<RetainedEvent>(this);
        Share = share;
        PlaceInShare = new LinkedListNode<RetainedEvent>(this);
    }

    /// <summary>Greater than that of any event before it.</summary>
    public long Number { get; }

    /// <summary>What was published.</summary>
    public StoredEvent Event { get; }

    /// <summary>The publisher, where it is not to get it itself.</summary>
    public MemberIdentity? Excluded { get; }

    /// <summary>The hash of its resource key, by which one node of each subscription gets it; 0: every node does.</summary>
    public ulong Shard { get; }

    /// <summary>Whether everybody may have it, but for its publisher.</summary>
    public bool IsForAll => Event.Receivers is null && Shard == 0;

    /// <summary>What it was published to.</summary>
    public RetainedTopic Topic { get; }

    /// <summary>Its place among all events, from the oldest on.</summary>
    public LinkedListNode<RetainedEvent> Place { get; }

    /// <summary>Those of its publisher's principal.</summary>
    public RetainedShare Share { get; }

    /// <summary>Its place among them.</summary>
    public LinkedListNode<RetainedEvent> PlaceInShare { get; }

    /// <summary>Whether a session would have received it, had it been subscribed.</summary>
    public bool IsFor(MemberIdentity session) => Excluded?.Session != session.Session && (Event.Receivers is null || Event.Receivers.Admits(session));

    /// <summary>The same, of somebody who is subscribing; its node counts as one of those that share the keys.</summary>
    public bool IsFor(Subscriber subscriber) =>
        IsFor(subscriber.Member.Identity)
        && (Shard == 0 || subscriber.Node == 0 || FanOut.NodeOf(Shard, subscriber.Subscription, joining: subscriber.Node) == subscriber.Node);
}

/// <summary>The retained events that the sessions of one principal published, however long those have left. Under the lock of <see cref="RetainedEvents"/>.</summary>
internal sealed class RetainedShare(string principal)
{
    /// <summary>Whose they are.</summary>
    public string Principal { get; } = principal;

    /// <summary>From the oldest on.</summary>
    public LinkedList<RetainedEvent> OldestFirst { get; } = [];

    /// <summary>Their memory.</summary>
    public long Bytes { get; set; }
}

/// <summary>The retained events of one topic: the newest for everybody, and around it those with fewer receivers. Under the lock of <see cref="RetainedEvents"/>.</summary>
internal sealed class RetainedTopic(UriEntry uri)
{
    /// <summary>A publisher that names other receivers in every event must not make the topic grow without end.</summary>
    private const int MaxRestricted = 16;

    private readonly List<RetainedEvent> _newestFirst = [];

    /// <summary>The topic.</summary>
    public UriEntry Uri { get; } = uri;

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => _newestFirst.Count == 0;

    /// <summary>Adds the newest event. Returns those that nobody can get any more.</summary>
    public IReadOnlyList<RetainedEvent> Add(RetainedEvent added)
    {
        _newestFirst.Insert(0, added);
        var superseded = new List<RetainedEvent>();
        var restricted = _newestFirst.FindIndex(retained => retained.IsForAll);
        if (restricted >= 0)
        {
            CutBehind(restricted, superseded);
        }
        else
        {
            restricted = _newestFirst.Count;
        }

        if (restricted > MaxRestricted)
        {
            superseded.Add(_newestFirst[restricted - 1]);
            _newestFirst.RemoveAt(restricted - 1);
        }

        return superseded;
    }

    /// <summary>Takes one out.</summary>
    public void Remove(RetainedEvent retained) => _newestFirst.Remove(retained);

    /// <summary>The most recent event that a subscriber would have received.</summary>
    public RetainedEvent? FindFor(Subscriber subscriber)
    {
        var member = subscriber.Member;
        var mayHave = subscriber.Subscription.Match == MatchPolicy.Exact || (Uri.PermissionsOf(member.Role) & Permissions.Subscribe) != 0;
        return mayHave ? _newestFirst.Find(retained => retained.IsFor(subscriber)) : null;
    }

    /// <summary>
    /// An event without lists and key is for everybody but its publisher: of those before it only one is of use, the next that this publisher would
    /// have received.
    /// </summary>
    private void CutBehind(int forAll, List<RetainedEvent> superseded)
    {
        var publisher = _newestFirst[forAll].Excluded;
        var forPublisher = publisher is null ? null : _newestFirst.Skip(forAll + 1).FirstOrDefault(retained => retained.IsFor(publisher));
        for (var i = _newestFirst.Count - 1; i > forAll; i--)
        {
            if (!ReferenceEquals(_newestFirst[i], forPublisher))
            {
                superseded.Add(_newestFirst[i]);
                _newestFirst.RemoveAt(i);
            }
        }
    }
}
