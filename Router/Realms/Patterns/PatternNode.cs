namespace WampRouter.Realms.Patterns;

/// <summary>
/// A node of a <see cref="PatternTree{T}"/>: some bytes that all patterns below it share, and the value of the pattern that ends here.
/// Immutable, so readers need no lock. A change copies the nodes from the root down to the changed one.
/// </summary>
internal sealed class PatternNode<T>
    where T : class
{
    private readonly byte[] _label;
    private readonly byte[] _firstBytes;            // the first byte of each child's label, so that a child is found without touching the others
    private readonly PatternNode<T>[] _children;

    private PatternNode(byte[] label, T? value, byte[] firstBytes, PatternNode<T>[] children)
    {
        _label = label;
        Value = value;
        _firstBytes = firstBytes;
        _children = children;
    }

    /// <summary>The bytes from the parent to this node; only a root may have none.</summary>
    public ReadOnlySpan<byte> Label => _label;

    /// <summary>The value of the pattern that ends here; null for none.</summary>
    public T? Value { get; }

    /// <summary>A node without children.</summary>
    public static PatternNode<T> Leaf(ReadOnlySpan<byte> label, T value) => new(label.ToArray(), value, [], []);

    /// <summary>The child whose label begins with this byte.</summary>
    public PatternNode<T>? Child(byte first)
    {
        var index = _firstBytes.AsSpan().IndexOf(first);
        return index < 0 ? null : _children[index];
    }

    /// <summary>Splits the label at an index: returns a node for the first part, with the rest as its child.</summary>
    public PatternNode<T> Split(int at)
    {
        var tail = new PatternNode<T>(_label[at..], Value, _firstBytes, _children);
        return new(_label[..at], null, [_label[at]], [tail]);
    }

    /// <summary>This node with another value; null for none.</summary>
    public PatternNode<T> WithValue(T? value) => new(_label, value, _firstBytes, _children);

    /// <summary>This node with a child added, or put in place of the child that begins with the same byte.</summary>
    public PatternNode<T> WithChild(PatternNode<T> child)
    {
        var index = _firstBytes.AsSpan().IndexOf(child._label[0]);
        if (index < 0)
        {
            return new(_label, Value, [.. _firstBytes, child._label[0]], [.. _children, child]);
        }

        var children = _children.AsSpan().ToArray();
        children[index] = child;
        return new(_label, Value, _firstBytes, children);
    }

    /// <summary>This node without one of its children.</summary>
    public PatternNode<T> Without(PatternNode<T> child)
    {
        var index = Array.IndexOf(_children, child);
        return new(
            _label,
            Value,
            [.. _firstBytes.AsSpan(0, index), .. _firstBytes.AsSpan(index + 1)],
            [.. _children.AsSpan(0, index), .. _children.AsSpan(index + 1)]);
    }

    /// <summary>The shortest form of this node: null where no pattern is left in it, joined with its only child where no pattern ends here.</summary>
    public PatternNode<T>? Compacted()
    {
        if (Value is not null || _children.Length > 1)
        {
            return this;
        }

        if (_children.Length == 0)
        {
            return null;
        }

        var only = _children[0];
        return new([.. _label, .. only._label], only.Value, only._firstBytes, only._children);
    }
}
