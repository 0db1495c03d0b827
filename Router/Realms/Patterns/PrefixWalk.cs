using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Realms.Patterns;

/// <summary>Walks the prefixes of a URI in a tree, the shortest first.</summary>
internal ref struct PrefixWalk<T>(PatternNode<T>? root, ReadOnlySpan<byte> uri)
    where T : class
{
    private readonly ReadOnlySpan<byte> _uri = uri;
    private PatternNode<T>? _node = root;
    private int _at;

    /// <summary>Whether the prefix just found ends at the end of a component.</summary>
    public readonly bool EndsWithAComponent => _at == 0 || _at == _uri.Length || _uri[_at] == '.' || _uri[_at - 1] == '.';

    /// <summary>Finds the value of the next longer prefix; false if there is none.</summary>
    public bool TryNext([NotNullWhen(true)] out T? value)
    {
        while (_node is { } node && _uri[_at..].StartsWith(node.Label))
        {
            _at += node.Label.Length;
            _node = _at < _uri.Length ? node.Child(_uri[_at]) : null;
            if (node.Value is not null)
            {
                value = node.Value;
                return true;
            }
        }

        _node = null;
        value = null;
        return false;
    }
}
