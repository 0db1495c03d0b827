using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Broker;

/// <summary>
/// A topic or pattern that sessions subscribe to, and its subscribers. Publishing reads a snapshot and takes no lock; subscribers are added and
/// removed under the lock of <see cref="SubscriptionTable"/>.
/// </summary>
/// <param name="id">The subscription id: router scope.</param>
/// <param name="match">How the URI is compared with topics.</param>
/// <param name="uri">The topic or pattern.</param>
/// <param name="created">When the first session subscribed.</param>
internal sealed class Subscription(ulong id, MatchPolicy match, byte[] uri, DateTimeOffset created)
{
    private const int InitialCapacity = 4;

    private List<MatchSet>? _matchSets;         // null: none. Under the lock of UriTable
    private volatile IEventHistory? _history;

    // The snapshot is (array, count) in one object. A join writes behind all published counts and then publishes a greater one,
    // so n joins copy O(n) elements. A leave copies the array, because readers may be walking it.
    private volatile Snapshot _snapshot = new([], 0);

    /// <summary>The subscription id: router scope.</summary>
    public ulong Id { get; } = id;

    /// <summary>How <see cref="Uri"/> is compared with topics.</summary>
    public MatchPolicy Match { get; } = match;

    /// <summary>The topic or pattern.</summary>
    public byte[] Uri { get; } = uri;

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>The topic of an exact subscription; null for a pattern.</summary>
    public UriEntry? Topic { get; init; }

    /// <summary>Keeps its events; null: no history. With a history the subscription stays even without subscribers. Set under the table's lock; read by any thread.</summary>
    public IEventHistory? History
    {
        get => _history;
        set => _history = value;
    }

    /// <summary>Whether it has ended, so that it must not be added to match sets. Under the lock of <see cref="UriTable"/>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The subscribers now. Any thread.</summary>
    public ReadOnlySpan<Subscriber> Subscribers => _snapshot.Span;

    /// <summary>The subscriber of a session, or null. Walks all subscribers, so for administration only.</summary>
    public Subscriber? Find(ulong session)
    {
        foreach (var subscriber in Subscribers)
        {
            if (subscriber.Member.Identity.Session == session)
            {
                return subscriber;
            }
        }

        return null;
    }

    /// <summary>Adds a subscriber. Under the table's lock.</summary>
    public void Add(Subscriber subscriber)
    {
        var (array, count) = (_snapshot.Array, _snapshot.Count);
        if (count == array.Length)
        {
            Array.Resize(ref array, Math.Max(InitialCapacity, count * 2));
        }

        array[count] = subscriber;
        _snapshot = new Snapshot(array, count + 1);
    }

    /// <summary>Removes a subscriber; the order of the others stays. Under the table's lock.</summary>
    public void Remove(Subscriber subscriber)
    {
        var old = _snapshot.Span;
        var index = old.IndexOf(subscriber);
        if (index < 0)
        {
            return;
        }

        var array = new Subscriber[old.Length - 1];
        old[..index].CopyTo(array);
        old[(index + 1)..].CopyTo(array.AsSpan(index));
        _snapshot = new Snapshot(array, array.Length);
    }

    /// <summary>Notes a match set that contains this subscription, and forgets sets that are no longer used. Under the lock of <see cref="UriTable"/>.</summary>
    public void Note(MatchSet set)
    {
        _matchSets ??= [];
        if (_matchSets.Count == _matchSets.Capacity)
        {
            _matchSets.RemoveAll(known => known.Subscriptions is null);
        }

        _matchSets.Add(set);
    }

    /// <summary>Ends the subscription. Returns the match sets that contain it. Under the lock of <see cref="UriTable"/>.</summary>
    public IEnumerable<MatchSet> End()
    {
        HasEnded = true;
        var named = _matchSets;
        _matchSets = null;
        return named ?? [];
    }

    private sealed class Snapshot(Subscriber[] array, int count)
    {
        public Subscriber[] Array { get; } = array;

        public int Count { get; } = count;

        public ReadOnlySpan<Subscriber> Span => Array.AsSpan(0, Count);
    }
}
