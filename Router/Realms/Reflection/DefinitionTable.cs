using System.Runtime.InteropServices;
using WampRouter.Realms.Meta;

namespace WampRouter.Realms.Reflection;

/// <summary>
/// What the sessions of a realm say of topics, procedures and errors. Several sessions may define one, as the callees of a shared registration do; the latest
/// definition is the one that holds, and when its session leaves, the one before it holds again. Bounded for each session and for the realm. Any thread.
/// </summary>
internal sealed class DefinitionTable(RealmLimits limits, ReflectionEvents events)
{
    private static readonly Refusal RealmIsFull = new(Wire.WampErrors.Unavailable, "the realm has reached its limit of definitions (limits.maxDefinitions and maxDefinitionBytes in its file)");

    private readonly Lock _changes = new();      // lock order: DefinitionTable -> UriTable, event histories, Outbox
    private readonly Dictionary<DefinitionKey, List<Definition>> _byKey = [];        // the one that holds last
    private readonly Dictionary<Member, OwnDefinitions> _byOwner = [];
    private int _count;
    private long _bytes;

    /// <summary>The definition that holds, or null.</summary>
    public Definition? Find(DefinitionKey key)
    {
        lock (_changes)
        {
            return _byKey.TryGetValue(key, out var definitions) ? definitions[^1] : null;
        }
    }

    /// <summary>Every URI that is defined as something of this kind.</summary>
    public List<string> List(ReflectedKind kind)
    {
        lock (_changes)
        {
            return [.. _byKey.Keys.Where(key => key.Kind == kind).Select(key => key.Uri)];
        }
    }

    /// <summary>Adds a definition, or puts it in place of what its session said before. Null, or why not.</summary>
    /// <param name="definition">What a session says.</param>
    /// <param name="batch">Where the event goes.</param>
    /// <param name="isNew">Whether nobody had defined it.</param>
    public Refusal? Put(Definition definition, FlushBatch batch, out bool isNew)
    {
        lock (_changes)
        {
            isNew = !_byKey.TryGetValue(definition.Key, out var definitions);
            if (definition.Owner.HasLeft)
            {
                return null;        // nobody reads an answer, and nobody would take the definition away again
            }

            if (RefusalOf(definition) is { } refusal)
            {
                return refusal;
            }

            var before = definitions?[^1];
            TakeOut(definition.Owner, definition.Key);
            Add(definition);
            if (before?.Says(definition) is not true)
            {
                events.Defined(definition.Owner, definition, isNew, batch);
            }

            return null;
        }
    }

    /// <summary>Takes a session's definition back; false if it has none.</summary>
    public bool Remove(Member owner, DefinitionKey key, FlushBatch batch)
    {
        lock (_changes)
        {
            return TryRemove(owner, key, batch);
        }
    }

    /// <summary>Takes back all a leaving session said.</summary>
    public void Leave(Member owner, FlushBatch batch)
    {
        lock (_changes)
        {
            if (_byOwner.TryGetValue(owner, out var own))
            {
                foreach (var key in own.ByKey.Keys.ToArray())
                {
                    TryRemove(owner, key, batch);
                }
            }
        }
    }

    private bool TryRemove(Member owner, DefinitionKey key, FlushBatch batch)
    {
        var before = _byKey.TryGetValue(key, out var definitions) ? definitions[^1] : null;
        if (!TakeOut(owner, key))
        {
            return false;
        }

        if (!_byKey.TryGetValue(key, out definitions))
        {
            events.Undefined(owner, key, batch);
        }
        else if (!definitions[^1].Says(before!))
        {
            events.Defined(owner, definitions[^1], isNew: false, batch);
        }

        return true;
    }

    private void Add(Definition definition)
    {
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(_byOwner, definition.Owner, out _);
        (own ??= new()).ByKey.Add(definition.Key, definition);
        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, definition.Key, out _);
        (all ??= []).Add(definition);
        Count(own, definition.SizeInBytes, 1);
    }

    private bool TakeOut(Member owner, DefinitionKey key)
    {
        if (!_byOwner.TryGetValue(owner, out var own) || !own.ByKey.Remove(key, out var definition))
        {
            return false;
        }

        var all = _byKey[key];
        all.Remove(definition);
        if (all.Count == 0)
        {
            _byKey.Remove(key);
        }

        if (own.ByKey.Count == 0)
        {
            _byOwner.Remove(owner);
        }

        Count(own, -definition.SizeInBytes, -1);
        return true;
    }

    private Refusal? RefusalOf(Definition definition)
    {
        var own = _byOwner.GetValueOrDefault(definition.Owner);
        var replaced = own?.ByKey.GetValueOrDefault(definition.Key);
        var (more, bytes) = (replaced is null ? 1 : 0, definition.SizeInBytes - (replaced?.SizeInBytes ?? 0));
        return (own?.ByKey.Count ?? 0) + more > limits.MaxDefinitionsPerSession || (own?.Bytes ?? 0) + bytes > limits.MaxDefinitionBytesPerSession ? Refusal.Limit("definitions", "maxDefinitionsPerSession and maxDefinitionBytesPerSession")
            : _count + more > limits.MaxDefinitions || _bytes + bytes > limits.MaxDefinitionBytes ? RealmIsFull
            : null;
    }

    private void Count(OwnDefinitions own, int bytes, int definitions)
    {
        own.Bytes += bytes;
        _bytes += bytes;
        _count += definitions;
    }

    private sealed class OwnDefinitions
    {
        public Dictionary<DefinitionKey, Definition> ByKey { get; } = [];

        public long Bytes { get; set; }
    }
}
