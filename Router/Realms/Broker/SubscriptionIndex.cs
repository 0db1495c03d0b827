using System.Runtime.InteropServices;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Broker;

/// <summary>Finds the subscriptions of a realm by topic and by pattern: what publishers look at. Looking takes no lock; changes are made under the lock of <see cref="SubscriptionTable"/>.</summary>
/// <param name="uris">Holds the exact subscriptions, and remembers which patterns match a topic.</param>
internal sealed class SubscriptionIndex(UriTable uris)
{
    [ThreadStatic]
    private static List<Subscription>? _found;

    private readonly PatternTrie<Subscription> _patterns = new();

    /// <summary>The subscription to exactly this topic or pattern, or null. Any thread.</summary>
    public Subscription? Find(MatchPolicy match, ReadOnlySpan<byte> uri) =>
        match == MatchPolicy.Exact ? uris.Find(uri).Subscription : _patterns.Find(match, uri);

    /// <summary>Whether a publication to this topic reaches a subscription. Any thread.</summary>
    public bool Reaches(UriEntry topic) => topic.Subscription is not null || !PatternsMatching(topic).IsEmpty;

    /// <summary>The pattern subscriptions that match a topic: prefixes from the shortest to the longest, then wildcards. Any thread.</summary>
    public ReadOnlySpan<Subscription> PatternsMatching(UriEntry topic)
    {
        if (_patterns.Count == 0)
        {
            return default;
        }

        var version = _patterns.Version;
        return topic.Matches is { } known && known.Version == version && known.Set.Subscriptions is { } subscriptions ? subscriptions : FindMatching(topic, version);
    }

    /// <summary>Lets publishers find a subscription.</summary>
    public void Add(Subscription subscription)
    {
        if (subscription.Topic is { } topic)
        {
            topic.Subscription = subscription;
        }
        else
        {
            _patterns.Add(subscription.Match, subscription.Uri, subscription);
        }
    }

    /// <summary>No publisher finds the subscription any more.</summary>
    public void Remove(Subscription subscription)
    {
        if (subscription.Topic is { } topic)
        {
            topic.Subscription = null;
        }
        else
        {
            _patterns.Remove(subscription.Match, subscription.Uri);
            uris.ForgetMatchesWith(subscription);
        }
    }

    private Subscription[] FindMatching(UriEntry topic, long version)
    {
        var found = _found ??= [];
        _patterns.CollectMatches(topic.Utf8, found);
        var matching = CollectionsMarshal.AsSpan(found);
        if (topic.Matches is { } known && known.Set.Subscriptions is { } subscriptions && matching.SequenceEqual(subscriptions))
        {
            known.Version = version;        // patterns change often, but most of them do not match this topic
        }
        else
        {
            subscriptions = uris.Remember(topic, version, matching);
        }

        found.Clear();
        return subscriptions;
    }
}
