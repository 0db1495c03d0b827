using System.Diagnostics.CodeAnalysis;
using WampRouter.Realms.Broker;

namespace WampRouter.Realms.Uris;

/// <summary>All <see cref="MatchSet"/>s that topics refer to, each once. Used under the lock of <see cref="UriTable"/>.</summary>
internal sealed class MatchSets
{
    private readonly HashSet<MatchSet> _sets = new(Comparer.Instance);
    private readonly HashSet<MatchSet>.AlternateLookup<ReadOnlySpan<Subscription>> _bySubscriptions;
    private long _bytes;

    public MatchSets() => _bySubscriptions = _sets.GetAlternateLookup<ReadOnlySpan<Subscription>>();

    /// <summary>Roughly the memory they take, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The set of exactly these subscriptions, in this order, or null.</summary>
    public MatchSet? Find(ReadOnlySpan<Subscription> subscriptions) => _bySubscriptions.TryGetValue(subscriptions, out var set) ? set : null;

    /// <summary>Adds a set; null where one of its subscriptions has ended meanwhile, because the set would then never be emptied.</summary>
    public MatchSet? Add(ReadOnlySpan<Subscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            if (subscription.HasEnded)
            {
                return null;
            }
        }

        var set = new MatchSet(HashOf(subscriptions), subscriptions.ToArray());
        foreach (var subscription in subscriptions)
        {
            subscription.Note(set);
        }

        _sets.Add(set);
        _bytes += MatchSet.SizeOf(subscriptions.Length);
        return set;
    }

    /// <summary>A topic no longer refers to the set; it is removed with the last topic.</summary>
    public void Release(MatchSet set)
    {
        if (--set.Topics == 0)
        {
            Forget(set);
        }
    }

    /// <summary>A subscription ends: removes all sets that contain it.</summary>
    public void Forget(Subscription subscription)
    {
        foreach (var set in subscription.End())
        {
            Forget(set);
        }
    }

    private void Forget(MatchSet set)
    {
        if (set.Subscriptions is { } subscriptions)
        {
            _sets.Remove(set);
            _bytes -= MatchSet.SizeOf(subscriptions.Length);
            set.Empty();
        }
    }

    private static int HashOf(ReadOnlySpan<Subscription> subscriptions)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        var hash = (ulong)subscriptions.Length;
        foreach (var subscription in subscriptions)
        {
            hash = (ulong.RotateLeft(hash, 23) ^ subscription.Id) * Odd;
        }

        return (int)(hash >> 32);
    }

    /// <summary>There is only one set of the same subscriptions, so sets are compared by reference.</summary>
    private sealed class Comparer : IEqualityComparer<MatchSet>, IAlternateEqualityComparer<ReadOnlySpan<Subscription>, MatchSet>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(MatchSet? x, MatchSet? y) => ReferenceEquals(x, y);

        public int GetHashCode([DisallowNull] MatchSet obj) => obj.Hash;

        public bool Equals(ReadOnlySpan<Subscription> alternate, MatchSet other) => alternate.SequenceEqual(other.Subscriptions);

        public int GetHashCode(ReadOnlySpan<Subscription> alternate) => HashOf(alternate);

        public MatchSet Create(ReadOnlySpan<Subscription> alternate) => new(HashOf(alternate), alternate.ToArray());
    }
}
