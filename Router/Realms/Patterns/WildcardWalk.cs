using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Realms.Patterns;

/// <summary>
/// Walks the wildcard patterns in a tree that match a URI. Where a component matches both literally and by a wildcard, the literal branch is walked first, to its
/// end. So the order is the dealer's order of precedence. Each node is visited at most once.
/// </summary>
/// <param name="root">The tree; <paramref name="any"/> stands for a component that is a wildcard.</param>
/// <param name="uri">A valid URI.</param>
/// <param name="any">A byte that no URI contains.</param>
internal ref struct WildcardWalk<T>(PatternNode<T>? root, ReadOnlySpan<byte> uri, byte any)
    where T : class
{
    private readonly ReadOnlySpan<byte> _uri = uri;
    private PatternNode<T>? _node = root;
    private int _at;
    private Stack<(PatternNode<T> Node, int At)>? _others;      // branches to walk later; the last one begins furthest to the right

    /// <summary>Finds the value of the next pattern in order of precedence; false if there is none.</summary>
    public bool TryNext([NotNullWhen(true)] out T? value)
    {
        value = null;
        while (value is null && (_node is not null || TryTurnBack()))
        {
            var node = _node!;
            _node = null;
            if (!TryPass(node.Label))
            {
                continue;
            }

            if (_at == _uri.Length)
            {
                value = node.Value;
                continue;
            }

            _node = node.Child(_uri[_at]);
            if (node.Child(any) is { } wildcard)
            {
                (_others ??= new()).Push((wildcard, _at));
            }
        }

        return value is not null;
    }

    private bool TryTurnBack()
    {
        if (_others is null || !_others.TryPop(out var other))
        {
            return false;
        }

        (_node, _at) = other;
        return true;
    }

    /// <summary>Moves over the part of the URI that a label matches; false if it does not match.</summary>
    private bool TryPass(ReadOnlySpan<byte> label)
    {
        while (!label.IsEmpty)
        {
            var wildcard = label.IndexOf(any);
            var literal = wildcard < 0 ? label : label[..wildcard];
            if (!_uri[_at..].StartsWith(literal))
            {
                return false;
            }

            _at += literal.Length;
            label = label[literal.Length..];
            if (!label.IsEmpty)
            {
                var length = _uri[_at..].IndexOf((byte)'.');
                length = length < 0 ? _uri.Length - _at : length;
                if (length == 0)
                {
                    return false;
                }

                _at += length;
                label = label[1..];
            }
        }

        return true;
    }
}
