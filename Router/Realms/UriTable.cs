using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Realms.Authorization;

namespace WampRouter.Realms;

/// <summary>
/// The URIs of a realm. Readers take no lock. Clients choose URIs, so the table is bounded: entries nobody subscribed to or
/// registered are only a cache, swept when there are too many; what the sweep cannot free is held by subscriptions and
/// registrations, which have bounds of their own.
/// </summary>
internal sealed class UriTable
{
    private readonly Lock _changes = new();      // lock order: Broker or Dealer -> UriTable
    private readonly ConcurrentDictionary<byte[], UriEntry> _entries = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], UriEntry>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly UriCheck _check;
    private readonly int _roles;
    private readonly int _maxCached;
    private int _cached;

    public UriTable(UriCheck check, int roles, int maxCached)
    {
        _check = check;
        _roles = roles;
        _maxCached = maxCached;
        _byBytes = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The rule of the realm.</summary>
    public UriCheck Check => _check;

    /// <summary>Entries in the table that nothing holds.</summary>
    public int Cached => Volatile.Read(ref _cached);

    /// <summary>The entry of a URI. A malformed one gets an entry too, which says so, but is not remembered.</summary>
    public UriEntry Find(ReadOnlySpan<byte> uri) => _byBytes.TryGetValue(uri, out var entry) ? entry : Add(uri);

    /// <summary>What a role may do with a URI or a pattern.</summary>
    /// <param name="role">Whose permissions.</param>
    /// <param name="match">Which of the two it is.</param>
    /// <param name="uri">The URI or pattern.</param>
    /// <param name="wholly">Whether every single URI of a pattern counts, because none of them is asked about again.</param>
    public Permissions PermissionsOf(Role role, MatchPolicy match, ReadOnlySpan<byte> uri, bool wholly) =>
        match == MatchPolicy.Exact ? Find(uri).PermissionsOf(role)
        : wholly ? role.DecideWhole(uri, match)
        : role.DecidePattern(uri, match);

    /// <summary>The entry of a URI, held in the table until <see cref="Unpin"/>.</summary>
    public UriEntry Pin(ReadOnlySpan<byte> uri)
    {
        lock (_changes)
        {
            if (!_byBytes.TryGetValue(uri, out var entry))
            {
                entry = new UriEntry(uri.ToArray(), _check, _roles);
                _entries[entry.Utf8] = entry;
            }
            else if (entry.Pins == 0)
            {
                _cached--;
            }

            entry.Pins++;
            return entry;
        }
    }

    /// <summary>Ends one <see cref="Pin"/>. The entry stays as a cache until a sweep.</summary>
    public void Unpin(UriEntry entry)
    {
        lock (_changes)
        {
            if (--entry.Pins == 0)
            {
                _cached++;
            }
        }
    }

    private UriEntry Add(ReadOnlySpan<byte> uri)
    {
        var added = new UriEntry(uri.ToArray(), _check, _roles);
        if (!added.IsValid || _maxCached == 0)
        {
            return added;
        }

        lock (_changes)
        {
            // Somebody may have added it since we looked; two entries of one URI would split its subscribers.
            if (_byBytes.TryGetValue(uri, out var present))
            {
                return present;
            }

            if (_cached >= _maxCached)
            {
                Sweep();
            }

            _entries[added.Utf8] = added;
            _cached++;
            return added;
        }
    }

    /// <summary>Forgets every entry nothing holds. Costs the whole table, once per <c>maxCached</c> new URIs.</summary>
    private void Sweep()
    {
        foreach (var (uri, entry) in _entries)
        {
            if (entry.Pins == 0)
            {
                _entries.TryRemove(uri, out _);
            }
        }

        _cached = 0;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => Utf8Hash.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
