namespace WampRouter.Realms.Patterns;

/// <summary>
/// Patterns and their values. The broker looks up all that match a topic (<c>rfc/text/advanced/pubsub_pattern_based_subscription.md</c>), the dealer
/// the one that takes precedence (<c>rfc/text/advanced/rpc_pattern_based_registration.md</c>). A prefix is any string, compared byte by byte. In a
/// wildcard pattern, each empty component matches exactly one component that is not empty.
/// </summary>
/// <remarks>
/// Lookups take no lock; during a change they may see the state before or after it. <see cref="Add"/> and <see cref="Remove"/> need
/// the owner's lock. The cost of a lookup grows with the length of the URI, not with the number of patterns. Still, results are worth caching,
/// with the <see cref="Version"/> that was read before the lookup.
/// </remarks>
internal sealed class PatternTrie<T>
    where T : class
{
    /// <summary>Stands for an empty component in the tree: no URI may contain it.</summary>
    private const byte AnyComponent = (byte)'#';

    private readonly PatternTree<T> _prefixes = new();
    private readonly PatternTree<T> _wildcards = new();
    private int _count;
    private long _version;

    /// <summary>How many patterns there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Grows with every change. A result is valid while this equals the version read before the lookup.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The value of exactly this pattern.</summary>
    public T? Find(MatchPolicy match, ReadOnlySpan<byte> pattern) =>
        match == MatchPolicy.Prefix ? _prefixes.Find(pattern) : _wildcards.Find(Encode(pattern, stackalloc byte[EncodedLength(pattern)]));

    /// <summary>Adds a pattern, or replaces its value. Under the owner's lock.</summary>
    public void Add(MatchPolicy match, ReadOnlySpan<byte> pattern, T value)
    {
        var isNew = Find(match, pattern) is null;
        if (match == MatchPolicy.Prefix)
        {
            _prefixes.Set(pattern, value);
        }
        else
        {
            _wildcards.Set(Encode(pattern, stackalloc byte[EncodedLength(pattern)]), value);
        }

        Changed(isNew ? 1 : 0);
    }

    /// <summary>Removes a pattern; false if it was not there. Under the owner's lock.</summary>
    public bool Remove(MatchPolicy match, ReadOnlySpan<byte> pattern)
    {
        var removed = match == MatchPolicy.Prefix
            ? _prefixes.Remove(pattern)
            : _wildcards.Remove(Encode(pattern, stackalloc byte[EncodedLength(pattern)]));
        if (removed)
        {
            Changed(-1);
        }

        return removed;
    }

    /// <summary>Adds the values of all patterns that match: prefixes from the shortest to the longest, then wildcards, literal before wildcard from the left.</summary>
    /// <param name="uri">A valid URI.</param>
    /// <param name="matches">The list to add to.</param>
    public void CollectMatches(ReadOnlySpan<byte> uri, List<T> matches)
    {
        var prefixes = new PrefixWalk<T>(_prefixes.Root, uri);
        while (prefixes.TryNext(out var value))
        {
            matches.Add(value);
        }

        var wildcards = new WildcardWalk<T>(_wildcards.Root, uri, AnyComponent);
        while (wildcards.TryNext(out var value))
        {
            matches.Add(value);
        }
    }

    /// <summary>
    /// The value of the pattern that takes precedence: the longest prefix. Without a prefix: the wildcard pattern with the most literal components before its
    /// first wildcard, then the most before the second, and so on.
    /// </summary>
    /// <remarks>
    /// Prefixes are strings. But in the specification's example the wildcard <c>a1.b2.c33..e5</c> takes precedence over <c>a1.b2.c3</c>, as if prefixes
    /// consisted of components. To satisfy both, a prefix that ends inside a component comes last.
    /// </remarks>
    /// <param name="uri">A valid URI.</param>
    public T? FindBest(ReadOnlySpan<byte> uri)
    {
        T? whole = null;
        T? partial = null;
        var prefixes = new PrefixWalk<T>(_prefixes.Root, uri);
        while (prefixes.TryNext(out var value))
        {
            (whole, partial) = prefixes.EndsWithAComponent ? (value, partial) : (whole, value);
        }

        return whole ?? (new WildcardWalk<T>(_wildcards.Root, uri, AnyComponent).TryNext(out var wildcard) ? wildcard : partial);
    }

    private void Changed(int by)
    {
        // After the tree: a thread that reads the new version also finds the new tree.
        Volatile.Write(ref _count, _count + by);
        Volatile.Write(ref _version, _version + 1);
    }

    private static int EncodedLength(ReadOnlySpan<byte> pattern) => (2 * pattern.Length) + 1;

    /// <summary>The pattern with a mark in each empty component, so that every component in the tree begins with a byte.</summary>
    private static ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> pattern, Span<byte> encoded)
    {
        var length = 0;
        for (var i = 0; i <= pattern.Length; i++)
        {
            var atStart = i == 0 || pattern[i - 1] == '.';
            var atEnd = i == pattern.Length || pattern[i] == '.';
            if (atStart && atEnd)
            {
                encoded[length++] = AnyComponent;
            }

            if (i < pattern.Length)
            {
                encoded[length++] = pattern[i];
            }
        }

        return encoded[..length];
    }
}
