namespace WampRouter.Realms.Patterns;

/// <summary>
/// Values by byte strings, in a radix tree: a lookup reads only the bytes of its key, however many patterns there are.
/// Any thread may read <see cref="Root"/>; writers need the owner's lock.
/// </summary>
internal sealed class PatternTree<T>
    where T : class
{
    private readonly List<PatternNode<T>> _path = [];       // scratch of the writer
    private volatile PatternNode<T>? _root;

    /// <summary>The root of the current tree; null where it is empty.</summary>
    public PatternNode<T>? Root => _root;

    /// <summary>The value of exactly this key.</summary>
    public T? Find(ReadOnlySpan<byte> key)
    {
        var node = _root;
        while (node is not null && key.StartsWith(node.Label))
        {
            key = key[node.Label.Length..];
            if (key.IsEmpty)
            {
                return node.Value;
            }

            node = node.Child(key[0]);
        }

        return null;
    }

    /// <summary>Sets the value of a key. Under the owner's lock.</summary>
    public void Set(ReadOnlySpan<byte> key, T value)
    {
        var node = _root;
        while (node is not null)
        {
            var common = node.Label.CommonPrefixLength(key);
            node = common < node.Label.Length ? node.Split(common) : node;
            key = key[common..];
            _path.Add(node);
            node = key.IsEmpty ? null : node.Child(key[0]);
        }

        // Only a root may have an empty label. If the key ends at an existing node, that node gets the value.
        if (key.IsEmpty && _path.Count > 0)
        {
            _path[^1] = _path[^1].WithValue(value);
        }
        else
        {
            _path.Add(PatternNode<T>.Leaf(key, value));
        }

        _root = Rebuild();
    }

    /// <summary>Removes a key; false if it was not there. Under the owner's lock.</summary>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        var node = _root;
        while (node is not null && key.StartsWith(node.Label))
        {
            key = key[node.Label.Length..];
            _path.Add(node);
            node = key.IsEmpty ? null : node.Child(key[0]);
        }

        if (!key.IsEmpty || _path.Count == 0 || _path[^1].Value is null)
        {
            _path.Clear();
            return false;
        }

        _root = RebuildWithout();
        return true;
    }

    /// <summary>The last node of the path is new: copies the nodes above it.</summary>
    private PatternNode<T> Rebuild()
    {
        var node = _path[^1];
        for (var i = _path.Count - 2; i >= 0; i--)
        {
            node = _path[i].WithChild(node);
        }

        _path.Clear();
        return node;
    }

    /// <summary>The last node of the path loses its value: copies the nodes above it, and drops those that are no longer needed.</summary>
    private PatternNode<T>? RebuildWithout()
    {
        var old = _path[^1];
        var node = old.WithValue(null).Compacted();
        for (var i = _path.Count - 2; i >= 0; i--)
        {
            var parent = _path[i];
            node = (node is null ? parent.Without(old) : parent.WithChild(node)).Compacted();
            old = parent;
        }

        _path.Clear();
        return node;
    }
}
