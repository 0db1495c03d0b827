using System.Collections.Concurrent;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Broker;

/// <summary>
/// The topics and patterns that are wanted elsewhere, counted. For an <see cref="IPublicationOutlet"/>, which is told of them and bounds them. Looking takes no lock; any thread.
/// </summary>
internal sealed class InterestTable
{
    private readonly Lock _changes = new();
    private readonly ConcurrentDictionary<byte[], Interest> _topics = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], Interest>.AlternateLookup<ReadOnlySpan<byte>> _byTopic;
    private readonly PatternTrie<Interest> _patterns = new();

    public InterestTable() => _byTopic = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Somebody elsewhere wants a topic or pattern. Returns whether he is the first.</summary>
    public bool Add(MatchPolicy match, ReadOnlySpan<byte> uri)
    {
        lock (_changes)
        {
            if (Find(match, uri) is { } known)
            {
                known.Count++;
                return false;
            }

            if (match == MatchPolicy.Exact)
            {
                _topics[uri.ToArray()] = new Interest();
            }
            else
            {
                _patterns.Add(match, uri, new Interest());
            }

            return true;
        }
    }

    /// <summary>One who wanted it does not any more. Returns whether he was the last.</summary>
    public bool Remove(MatchPolicy match, ReadOnlySpan<byte> uri)
    {
        lock (_changes)
        {
            if (Find(match, uri) is not { } known || --known.Count > 0)
            {
                return false;
            }

            return match == MatchPolicy.Exact ? _byTopic.TryRemove(uri, out _) : _patterns.Remove(match, uri);
        }
    }

    /// <summary>Whether a topic is wanted, itself or by a pattern.</summary>
    public bool Covers(ReadOnlySpan<byte> topic) => _byTopic.ContainsKey(topic) || (_patterns.Count > 0 && _patterns.FindBest(topic) is not null);

    private Interest? Find(MatchPolicy match, ReadOnlySpan<byte> uri) =>
        match != MatchPolicy.Exact ? _patterns.Find(match, uri) : _byTopic.TryGetValue(uri, out var known) ? known : null;

    private sealed class Interest
    {
        public int Count { get; set; } = 1;     // under the lock
    }
}
