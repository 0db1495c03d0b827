using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Broker;

/// <summary>
/// A topic or pattern that somebody subscribed to, and its subscribers. Publishing reads a snapshot and takes no lock; joining and
/// leaving happen under the lock of the <see cref="SubscriptionTable"/>.
/// </summary>
/// <param name="id">The subscription id: router scope.</param>
/// <param name="match">How the URI is compared with topics.</param>
/// <param name="uri">The topic or pattern.</param>
/// <param name="created">When the first session subscribed.</param>
internal sealed class Subscription(ulong id, MatchPolicy match, byte[] uri, DateTimeOffset created)
{
    private const int InitialCapacity = 4;

    private List<MatchSet>? _matchSets;         // null: none. Under the lock of the table of URIs

    // The snapshot is (array, count) in one object: a join writes beyond every published count and then publishes a greater one,
    // so n joins copy O(n); a leave copies, because readers may be walking the array.
    private volatile Snapshot _snapshot = new([], 0);

    /// <summary>The subscription id: router scope.</summary>
    public ulong Id { get; } = id;

    /// <summary>How <see cref="Uri"/> is compared with topics.</summary>
    public MatchPolicy Match { get; } = match;

    /// <summary>The topic or pattern.</summary>
    public byte[] Uri { get; } = uri;

    /// <summary>When it came into being.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>The topic of an exact subscription; null for a pattern.</summary>
    public UriEntry? Topic { get; init; }

    /// <summary>What keeps its events; null: nothing does. With a history it stays even when nobody is subscribed.</summary>
    public IEventHistory? History { get; init; }

    /// <summary>Whether it is matched no more. Under the lock of the table of URIs.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Who receives now. Any thread.</summary>
    public ReadOnlySpan<Subscriber> Subscribers => _snapshot.Span;

    /// <summary>A session's part in it, or null. Walks all of them: for administration.</summary>
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

    /// <summary>Notes a set that names it, and forgets those that were given up. Under the lock of the table of URIs.</summary>
    public void Note(MatchSet set)
    {
        _matchSets ??= [];
        if (_matchSets.Count == _matchSets.Capacity)
        {
            _matchSets.RemoveAll(known => known.Subscriptions is null);
        }

        _matchSets.Add(set);
    }

    /// <summary>It is matched no more. Returns the sets that name it. Under the lock of the table of URIs.</summary>
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
