using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WampRouter.Measures;

/// <summary>
/// What each table, queue and budget that clients can fill holds now, and how much it may: looked at when somebody asks, so that it costs the tables nothing. Any thread.
/// </summary>
internal sealed class BoundedTables
{
    private readonly ConcurrentDictionary<Table, byte> _entries = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<Table, byte> _bytes = new(ReferenceEqualityComparer.Instance);

    public BoundedTables(RouterMeter meter)
    {
        meter.ObserveNow("wamp_router.table.usage", "{entry}", "Entries that a table, queue or budget holds now", () => Look(_entries, static table => table.Used()), "table", "realm", "section");
        meter.ObserveNow("wamp_router.table.limit", "{entry}", "Entries that a table, queue or budget may hold", () => Look(_entries, static table => table.Most()), "table", "realm", "section");
        meter.ObserveNow("wamp_router.table.memory.usage", "By", "Bytes that a table, queue or budget holds now, as the router counts them", () => Look(_bytes, static table => table.Used()), "table", "realm", "section");
        meter.ObserveNow("wamp_router.table.memory.limit", "By", "Bytes that a table, queue or budget may hold", () => Look(_bytes, static table => table.Most()), "table", "realm", "section");
    }

    /// <summary>Adds one whose entries are counted.</summary>
    /// <param name="name">Its name, in small letters.</param>
    /// <param name="used">What it holds now. Any thread.</param>
    /// <param name="most">What it may hold; null, or <see cref="long.MaxValue"/>: no limit.</param>
    /// <param name="owner">The tag of its realm, or of the section of the settings that limit it; null where the router has only one.</param>
    /// <returns>Takes it out again.</returns>
    public IDisposable AddEntries(string name, Func<long> used, Func<long>? most, KeyValuePair<string, object?>? owner = null) => new Table(_entries, name, owner, used, most);

    /// <summary>Adds one whose bytes are counted.</summary>
    /// <inheritdoc cref="AddEntries"/>
    public IDisposable AddBytes(string name, Func<long> used, Func<long>? most, KeyValuePair<string, object?>? owner = null) => new Table(_bytes, name, owner, used, most);

    private static IEnumerable<Measurement<long>> Look(ConcurrentDictionary<Table, byte> tables, Func<Table, long?> what) =>
        from entry in tables
        let value = what(entry.Key)
        where value is not null and not long.MaxValue
        select new Measurement<long>(value.Value, entry.Key.Tags);

    private sealed class Table : IDisposable
    {
        private readonly ConcurrentDictionary<Table, byte> _all;
        private readonly Func<long> _used;
        private readonly Func<long>? _most;

        public Table(ConcurrentDictionary<Table, byte> all, string name, KeyValuePair<string, object?>? owner, Func<long> used, Func<long>? most)
        {
            (_all, _used, _most) = (all, used, most);
            Tags = owner is { } tag ? [new("table", name), tag] : [new("table", name)];
            all.TryAdd(this, 0);
        }

        public KeyValuePair<string, object?>[] Tags { get; }

        public long? Used() => _used();

        public long? Most() => _most?.Invoke();

        public void Dispose() => _all.TryRemove(this, out _);
    }
}
