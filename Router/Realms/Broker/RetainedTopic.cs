using WampRouter.Realms.Events;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Broker;

/// <summary>A retained event, and its places among all events and among those of its principal.</summary>
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

    /// <summary>Its number, greater than that of all earlier events.</summary>
    public long Number { get; }

    /// <summary>The event.</summary>
    public StoredEvent Event { get; }

    /// <summary>The publisher, if it must not get the event itself.</summary>
    public MemberIdentity? Excluded { get; }

    /// <summary>The hash of its resource key, which selects one node of each subscription; 0: every node gets the event.</summary>
    public ulong Shard { get; }

    /// <summary>Whether all sessions except its publisher may have it.</summary>
    public bool IsForAll => Event.Receivers is null && Shard == 0;

    /// <summary>The topic.</summary>
    public RetainedTopic Topic { get; }

    /// <summary>Its place among all events, from the oldest to the newest.</summary>
    public LinkedListNode<RetainedEvent> Place { get; }

    /// <summary>The events of its publisher's principal.</summary>
    public RetainedShare Share { get; }

    /// <summary>Its place among those.</summary>
    public LinkedListNode<RetainedEvent> PlaceInShare { get; }

    /// <summary>Whether a session would have received it as a subscriber.</summary>
    public bool IsFor(MemberIdentity session) => Excluded?.Session != session.Session && (Event.Receivers is null || Event.Receivers.Admits(session));

    /// <summary>The same for a session that is just subscribing; its node counts as one of the subscription's nodes.</summary>
    public bool IsFor(Subscriber subscriber) =>
        IsFor(subscriber.Member.Identity)
        && (Shard == 0 || subscriber.Node == 0 || FanOut.NodeOf(Shard, subscriber.Subscription, joining: subscriber.Node) == subscriber.Node);
}

/// <summary>The retained events that the sessions of one principal published, however long those have left. Under the lock of <see cref="RetainedEvents"/>.</summary>
internal sealed class RetainedShare(string principal)
{
    /// <summary>The principal.</summary>
    public string Principal { get; } = principal;

    /// <summary>The events, from the oldest to the newest.</summary>
    public LinkedList<RetainedEvent> OldestFirst { get; } = [];

    /// <summary>Their memory, in bytes.</summary>
    public long Bytes { get; set; }
}

/// <summary>The retained events of one topic: the newest one for all sessions, and others for fewer receivers. Under the lock of <see cref="RetainedEvents"/>.</summary>
internal sealed class RetainedTopic(UriEntry uri)
{
    /// <summary>Bounds the restricted events, in case a publisher names other receivers in every event.</summary>
    private const int MaxRestricted = 16;

    private readonly List<RetainedEvent> _newestFirst = [];

    /// <summary>The topic.</summary>
    public UriEntry Uri { get; } = uri;

    /// <summary>Whether no event is left.</summary>
    public bool IsEmpty => _newestFirst.Count == 0;

    /// <summary>Adds the newest event. Returns the events that no subscriber can get any more.</summary>
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

    /// <summary>Removes an event.</summary>
    public void Remove(RetainedEvent retained) => _newestFirst.Remove(retained);

    /// <summary>The most recent event that a subscriber would have received.</summary>
    public RetainedEvent? FindFor(Subscriber subscriber, Role role) => subscriber.MayHave(Uri, role) ? _newestFirst.Find(retained => retained.IsFor(subscriber)) : null;

    /// <summary>
    /// An event without lists and key is for all sessions except its publisher. So of the older events only one is still needed: the newest that this publisher would
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
