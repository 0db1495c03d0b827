using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Reflection;

/// <summary>
/// The definitions of topics, procedures and errors by the sessions of a realm. Several sessions may define the same, like the callees of a shared registration. The latest
/// definition is in effect; when its session leaves, the one before it is in effect again. Bounded for each session, each principal and the realm. Any thread.
/// </summary>
internal sealed class DefinitionTable(ReflectionEvents events)
{
    private readonly Lock _changes = new();      // lock order: DefinitionTable -> UriTable, event histories, Outbox
    private readonly Dictionary<DefinitionKey, List<Definition>> _byKey = [];        // the last one is in effect
    private readonly Dictionary<Member, Dictionary<DefinitionKey, Definition>> _byOwner = [];

    /// <summary>The definition in effect, or null.</summary>
    public Definition? Find(DefinitionKey key)
    {
        lock (_changes)
        {
            return _byKey.TryGetValue(key, out var definitions) ? definitions[^1] : null;
        }
    }

    /// <summary>All URIs with a definition of this kind.</summary>
    public List<string> List(ReflectedKind kind)
    {
        lock (_changes)
        {
            return [.. _byKey.Keys.Where(key => key.Kind == kind).Select(key => key.Uri)];
        }
    }

    /// <summary>Adds a definition, or replaces the session's earlier one. Returns null, or why it is refused.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="isNew">Whether the URI had no definition of this kind.</param>
    public Refusal? Put(Definition definition, FlushBatch batch, out bool isNew)
    {
        lock (_changes)
        {
            isNew = !_byKey.TryGetValue(definition.Key, out var definitions);
            if (definition.Owner.HasLeft)
            {
                return null;        // the session has left: it reads no answer, and its definition would never be removed
            }

            if (Take(definition) is { } refusal)
            {
                return refusal;
            }

            var before = definitions?[^1];
            TakeOut(definition.Owner, definition.Key, out _);
            Add(definition);
            if (before?.Says(definition) is not true)
            {
                events.Defined(definition.Owner, definition, isNew, batch);
            }

            return null;
        }
    }

    /// <summary>Removes a session's definition; false if it has none.</summary>
    public bool Remove(Member owner, DefinitionKey key, FlushBatch batch)
    {
        lock (_changes)
        {
            return TryRemove(owner, key, batch);
        }
    }

    /// <summary>Removes all definitions of a leaving session.</summary>
    public void Leave(Member owner, FlushBatch batch)
    {
        lock (_changes)
        {
            if (_byOwner.TryGetValue(owner, out var own))
            {
                foreach (var key in own.Keys.ToArray())
                {
                    TryRemove(owner, key, batch);
                }
            }
        }
    }

    private bool TryRemove(Member owner, DefinitionKey key, FlushBatch batch)
    {
        var before = _byKey.TryGetValue(key, out var definitions) ? definitions[^1] : null;
        if (!TakeOut(owner, key, out var removed))
        {
            return false;
        }

        owner.Quota.Give(Resource.Definitions, Resource.DefinitionBytes, removed.SizeInBytes);

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
        (own ??= []).Add(definition.Key, definition);
        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, definition.Key, out _);
        (all ??= []).Add(definition);
    }

    private bool TakeOut(Member owner, DefinitionKey key, [NotNullWhen(true)] out Definition? definition)
    {
        definition = null;
        if (!_byOwner.TryGetValue(owner, out var own) || !own.Remove(key, out definition))
        {
            return false;
        }

        var all = _byKey[key];
        all.Remove(definition);
        if (all.Count == 0)
        {
            _byKey.Remove(key);
        }

        if (own.Count == 0)
        {
            _byOwner.Remove(owner);
        }

        return true;
    }

    /// <summary>Counts a definition in its session's quota, or only the difference to the one it replaces; or says why not.</summary>
    private Refusal? Take(Definition definition)
    {
        var replaced = _byOwner.GetValueOrDefault(definition.Owner)?.GetValueOrDefault(definition.Key);
        return definition.Owner.Quota.Take(
            Resource.Definitions, replaced is null ? 1 : 0, Resource.DefinitionBytes, definition.SizeInBytes - (replaced?.SizeInBytes ?? 0));
    }
}
