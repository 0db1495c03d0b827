namespace WampRouter.Realms.Patterns;

/// <summary>
/// Values by byte strings, in a radix tree: a walk from the root reads only the bytes it is asked for, however many patterns there are.
/// Any thread may read <see cref="Root"/>; writers take turns under their owner's lock.
/// </summary>
internal sealed class PatternTree<T>
    where T : class
{
    private readonly List<PatternNode<T>> _path = [];       // scratch of the writer
    private volatile PatternNode<T>? _root;

    /// <summary>The patterns as of now; null where there are none.</summary>
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

    /// <summary>Gives a key its value. Under the owner's lock.</summary>
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

        // Only a root may have an empty label; a key that ends at a node there is becomes the value of that node.
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

    /// <summary>Takes a key out; false if it was not in. Under the owner's lock.</summary>
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

    /// <summary>The path's last node is new: copies those above it.</summary>
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

    /// <summary>The path's last node loses its value: copies those above it, and leaves out what became superfluous.</summary>
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
