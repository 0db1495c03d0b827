using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;

namespace WampRouter.Realms.Uris;

/// <summary>
/// The URIs of a realm. Readers take no lock. Clients choose URIs, so the table is bounded in number and bytes. Entries without subscription or
/// registration, and matches cached with entries, are only a cache, which is swept when it is too large. All other entries are held by subscriptions and
/// registrations, which have bounds of their own. Unused entries are also removed after some time, so that the memory is freed when clients have left.
/// </summary>
internal sealed class UriTable
{
    /// <summary>How often entries that were not used since the last sweep are removed.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>The table is replaced by a smaller one when it has fewer entries than its peak divided by this.</summary>
    private const int Shrinkage = 8;

    private const int SmallestToShrink = 1_024;

    private readonly Lock _changes = new();      // lock order: Broker or Dealer -> UriTable
    private readonly UriCheck _check;
    private readonly ITimer _timer;
    private readonly MatchSets _sets = new();
    private volatile UriEntries _entries = new();   // replaced as a whole when it is much too large
    private volatile RealmPolicy _policy;           // whose bounds apply
    private bool _isTimed;
    private int _count;
    private int _peak;                           // the highest _count since _entries was created
    private int _cached;
    private long _cachedBytes;                   // without the bytes of _sets

    /// <param name="policy">Says which URIs are valid, and bounds the entries that are not pinned and the cached matches of all entries.</param>
    /// <param name="time">The clock.</param>
    public UriTable(RealmPolicy policy, TimeProvider time)
    {
        _policy = policy;
        _check = policy.Settings.UriCheck;
        _timer = time.CreateTimer(static table => ((UriTable)table!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Which URIs are valid in the realm.</summary>
    public UriCheck Check => _check;

    /// <summary>How many entries are not pinned.</summary>
    public int Cached => Volatile.Read(ref _cached);

    /// <summary>Roughly the bytes that those entries and all cached matches take.</summary>
    public long CachedBytes => Volatile.Read(ref _cachedBytes) + _sets.Bytes;

    private int MaxCached => _policy.Limits.MaxCachedUris;

    private long MaxCachedBytes => _policy.Limits.MaxCachedUriBytes;

    /// <summary>Puts new bounds into effect, and forgets the decisions of former policies. Walks the whole table.</summary>
    public void Apply(RealmPolicy policy)
    {
        _policy = policy;
        foreach (var (_, entry) in _entries.ByUri)
        {
            entry.ForgetDecisionsBut(policy);
        }

        lock (_changes)
        {
            MakeRoom(0, 0);
        }
    }

    /// <summary>The entry of a URI. An invalid URI gets an entry too, which says so, but it is not kept.</summary>
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
    /// <param name="role">The role.</param>
    /// <param name="match">How the URI is compared.</param>
    /// <param name="uri">The URI or pattern.</param>
    /// <param name="wholly">Whether the answer must hold for every URI of a pattern, because they are not checked one by one later.</param>
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
                entry = new UriEntry(uri.ToArray(), _check, _policy.RoleCount);
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

    /// <summary>Ends one <see cref="Pin"/>. An entry without pins stays in the cache, if there is room, until a sweep.</summary>
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

    /// <summary>Caches with a topic which pattern subscriptions match it, unless they take too much memory: one topic can match very many.</summary>
    /// <returns>The same subscriptions in an array that the caller may keep.</returns>
    public Subscription[] Remember(UriEntry topic, long version, ReadOnlySpan<Subscription> matching)
    {
        lock (_changes)
        {
            ForgetMatches(topic);
            var bytes = _sets.Find(matching) is null ? MatchSet.SizeOf(matching.Length) : 0;
            if (!IsIn(topic) || bytes > MaxCachedBytes / 2)
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

    /// <summary>A pattern subscription ends: removes it from the cached matches of all topics at once.</summary>
    public void ForgetMatchesWith(Subscription subscription)
    {
        lock (_changes)
        {
            _sets.Forget(subscription);
        }
    }

    private UriEntry Add(ReadOnlySpan<byte> uri)
    {
        var added = new UriEntry(uri.ToArray(), _check, _policy.RoleCount);
        if (!added.IsValid || MaxCached == 0 || added.SizeInBytes > MaxCachedBytes)
        {
            return added;
        }

        lock (_changes)
        {
            // Another thread may have added it meanwhile; two entries of one URI would split its subscribers.
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
        _cached + entries <= MaxCached / share && CachedBytes + bytes <= MaxCachedBytes / share;

    /// <summary>Removes entries that were not used since the last sweep. If less than half is free then, removes the rest too; else every new URI could cost a sweep of the whole table.</summary>
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

    /// <summary>Removes what was not used since the last sweep. Walks the whole table, and takes the lock only to remove an entry.</summary>
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

    /// <summary>Removing entries does not shrink the dictionary, so a new one is made.</summary>
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
