using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Realms.Patterns;

/// <summary>
/// The wildcards in a tree that match a URI. Where a component may be taken literally or by a wildcard, the literal way is gone first to its
/// end: the order is the dealer's order of precedence. Each node is visited once at most.
/// </summary>
/// <param name="root">The tree, in which a component that is a wildcard consists of <paramref name="any"/>.</param>
/// <param name="uri">A valid URI.</param>
/// <param name="any">A byte that no URI holds.</param>
internal ref struct WildcardWalk<T>(PatternNode<T>? root, ReadOnlySpan<byte> uri, byte any)
    where T : class
{
    private readonly ReadOnlySpan<byte> _uri = uri;
    private PatternNode<T>? _node = root;
    private int _at;
    private Stack<(PatternNode<T> Node, int At)>? _others;      // ways not gone yet; the last one deviates furthest to the right

    /// <summary>The value of the next wildcard in order of precedence.</summary>
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

    /// <summary>Moves over the part of the URI that a label stands for; false if it stands for something else.</summary>
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
