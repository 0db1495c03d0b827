using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Uris;

/// <summary>
/// The URIs of a realm. Readers take no lock. Clients choose URIs, so the table is bounded in number and bytes: entries nobody subscribed to or
/// registered, and what entries remember of patterns, are only a cache, swept when there is too much of it; what the sweep cannot free is held by subscriptions and
/// registrations, which have bounds of their own. What was not used for some time goes as well, so that the memory comes back when the clients have left.
/// </summary>
internal sealed class UriTable
{
    /// <summary>How often what was not used since is forgotten.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>A table that once had this many times as many entries is made anew.</summary>
    private const int Shrinkage = 8;

    private const int SmallestToShrink = 1_024;

    private readonly Lock _changes = new();      // lock order: Broker or Dealer -> UriTable
    private readonly UriCheck _check;
    private readonly int _roles;
    private readonly int _maxCached;
    private readonly long _maxCachedBytes;
    private readonly ITimer _timer;
    private readonly MatchSets _sets = new();
    private volatile UriEntries _entries = new();   // replaced whole where it has become much too large
    private bool _isTimed;
    private int _count;
    private int _peak;                           // of _count since _entries was made
    private int _cached;
    private long _cachedBytes;                   // without those of _sets

    /// <param name="check">Which URIs are valid.</param>
    /// <param name="roles">How many roles the realm has.</param>
    /// <param name="maxCached">How many entries nothing holds may be there.</param>
    /// <param name="maxCachedBytes">How many bytes they, and what all entries remember of patterns, may take.</param>
    /// <param name="time">The clock.</param>
    public UriTable(UriCheck check, int roles, int maxCached, long maxCachedBytes, TimeProvider time)
    {
        _check = check;
        _roles = roles;
        _maxCached = maxCached;
        _maxCachedBytes = maxCachedBytes;
        _timer = time.CreateTimer(static table => ((UriTable)table!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The rule of the realm.</summary>
    public UriCheck Check => _check;

    /// <summary>Entries in the table that nothing holds.</summary>
    public int Cached => Volatile.Read(ref _cached);

    /// <summary>What they, and all that is remembered of patterns, take, in bytes; about.</summary>
    public long CachedBytes => Volatile.Read(ref _cachedBytes) + _sets.Bytes;

    /// <summary>The entry of a URI. A malformed one gets an entry too, which says so, but is not remembered.</summary>
    public UriEntry Find(ReadOnlySpan<byte> uri)
    {
        if (!_entries.ByBytes.TryGetValue(uri, out var entry))
        {
            return Add(uri);
        }

        entry.NoteUse();
        return entry;
    }

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
            if (!_entries.ByBytes.TryGetValue(uri, out var entry))
            {
                entry = new UriEntry(uri.ToArray(), _check, _roles);
                Put(entry);
            }
            else if (entry.Pins == 0)
            {
                Count(-1, -entry.SizeInBytes);
            }

            entry.Pins++;
            return entry;
        }
    }

    /// <summary>Ends one <see cref="Pin"/>. The entry stays as a cache, if there is room, until a sweep.</summary>
    public void Unpin(UriEntry entry)
    {
        lock (_changes)
        {
            if (--entry.Pins > 0)
            {
                return;
            }

            if (HasRoom(1, entry.SizeInBytes))
            {
                entry.NoteUse();
                Count(1, entry.SizeInBytes);
            }
            else
            {
                ForgetMatches(entry);
                TakeOut(entry);
            }
        }
    }

    /// <summary>Remembers with a topic what patterns match it. Not where that is too much: one topic can match very many.</summary>
    /// <returns>The same subscriptions, to keep.</returns>
    public Subscription[] Remember(UriEntry topic, long version, ReadOnlySpan<Subscription> matching)
    {
        lock (_changes)
        {
            ForgetMatches(topic);
            var bytes = _sets.Find(matching) is null ? MatchSet.SizeOf(matching.Length) : 0;
            if (!IsIn(topic) || bytes > _maxCachedBytes / 2)
            {
                return matching.ToArray();
            }

            MakeRoom(0, TopicMatches.SizeInBytes + bytes);
            if (!IsIn(topic) || (_sets.Find(matching) ?? _sets.Add(matching)) is not { } set)
            {
                return matching.ToArray();
            }

            set.Topics++;
            topic.Matches = new TopicMatches(version, set);
            Count(0, TopicMatches.SizeInBytes);
            return set.Subscriptions!;
        }
    }

    /// <summary>A pattern subscription ends: what is remembered of it goes at once, from all topics.</summary>
    public void ForgetMatchesWith(Subscription subscription)
    {
        lock (_changes)
        {
            _sets.Forget(subscription);
        }
    }

    private UriEntry Add(ReadOnlySpan<byte> uri)
    {
        var added = new UriEntry(uri.ToArray(), _check, _roles);
        if (!added.IsValid || _maxCached == 0 || added.SizeInBytes > _maxCachedBytes)
        {
            return added;
        }

        lock (_changes)
        {
            // Somebody may have added it since we looked; two entries of one URI would split its subscribers.
            if (_entries.ByBytes.TryGetValue(uri, out var present))
            {
                return present;
            }

            MakeRoom(1, added.SizeInBytes);
            Put(added);
            Count(1, added.SizeInBytes);
            return added;
        }
    }

    private bool HasRoom(int entries, long bytes, int share = 1) =>
        _cached + entries <= _maxCached / share && CachedBytes + bytes <= _maxCachedBytes / share;

    /// <summary>Forgets what was not used since the last sweep; and the rest too, if that leaves less than half free, or every new URI would cost the whole table.</summary>
    private void MakeRoom(int entries, long bytes)
    {
        if (HasRoom(entries, bytes))
        {
            return;
        }

        Sweep();
        if (!HasRoom(entries, bytes, share: 2))
        {
            Sweep();
        }
    }

    private void OnTimer()
    {
        Sweep();
        lock (_changes)
        {
            Shrink();
            _isTimed = false;
            KeepTime();
        }
    }

    /// <summary>Forgets what was not used since the last sweep. Walks the whole table, and need not hold the lock for that.</summary>
    private void Sweep()
    {
        foreach (var (_, entry) in _entries.ByUri)
        {
            if (!entry.TakeUse())
            {
                lock (_changes)
                {
                    Forget(entry);
                }
            }
        }
    }

    private void Forget(UriEntry entry)
    {
        ForgetMatches(entry);
        if (entry.Pins == 0 && TakeOut(entry))
        {
            Count(-1, -entry.SizeInBytes);
        }
    }

    private void ForgetMatches(UriEntry entry)
    {
        if (entry.Matches is { } matches)
        {
            entry.Matches = null;
            Count(0, -TopicMatches.SizeInBytes);
            _sets.Release(matches.Set);
        }
    }

    private void Count(int entries, long bytes)
    {
        _cached += entries;
        _cachedBytes += bytes;
        KeepTime();
    }

    private void KeepTime()
    {
        if (!_isTimed && _cachedBytes > 0)
        {
            _isTimed = true;
            _timer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private bool IsIn(UriEntry entry) => _entries.ByUri.TryGetValue(entry.Utf8, out var present) && ReferenceEquals(present, entry);

    private void Put(UriEntry entry)
    {
        _entries.ByUri[entry.Utf8] = entry;
        _peak = Math.Max(_peak, ++_count);
    }

    private bool TakeOut(UriEntry entry)
    {
        var wasIn = _entries.ByUri.TryRemove(KeyValuePair.Create(entry.Utf8, entry));
        _count -= wasIn ? 1 : 0;
        return wasIn;
    }

    /// <summary>Removing entries does not make the table itself smaller: a new one does.</summary>
    private void Shrink()
    {
        if (_peak < SmallestToShrink || _count > _peak / Shrinkage)
        {
            return;
        }

        var smaller = new UriEntries();
        foreach (var (uri, entry) in _entries.ByUri)
        {
            smaller.ByUri[uri] = entry;
        }

        _entries = smaller;
        _peak = _count;
    }
}
