using System.Collections.ObjectModel;

namespace WampRouter;

/// <summary>The rules of a role, which finds those of a URI without looking at all: code may add tens of thousands, one by one. Not for several threads.</summary>
internal sealed class RuleList : Collection<WampPermissionOptions>
{
    // By URI alone, which never changes. How a rule matches may change at any time, so that is looked at when one is asked for.
    private readonly Dictionary<string, List<WampPermissionOptions>> _ofUri = new(StringComparer.Ordinal);

    /// <summary>The rule for exactly this; null where there is none.</summary>
    public WampPermissionOptions? Find(string uri, WampUriMatch match) =>
        _ofUri.GetValueOrDefault(uri)?.Find(rule => (rule.Match ?? WampUriMatch.Exact) == match);

    /// <inheritdoc />
    protected override void InsertItem(int index, WampPermissionOptions item)
    {
        base.InsertItem(index, item);
        Note(item);
    }

    /// <inheritdoc />
    protected override void SetItem(int index, WampPermissionOptions item)
    {
        Forget(this[index]);
        base.SetItem(index, item);
        Note(item);
    }

    /// <inheritdoc />
    protected override void RemoveItem(int index)
    {
        Forget(this[index]);
        base.RemoveItem(index);
    }

    /// <inheritdoc />
    protected override void ClearItems()
    {
        _ofUri.Clear();
        base.ClearItems();
    }

    // A null is told of with the other mistakes.
    private void Note(WampPermissionOptions? rule)
    {
        if (rule is not null)
        {
            (_ofUri.TryGetValue(rule.Uri, out var rules) ? rules : _ofUri[rule.Uri] = []).Add(rule);
        }
    }

    private void Forget(WampPermissionOptions? rule)
    {
        if (rule is not null)
        {
            _ofUri[rule.Uri].Remove(rule);
        }
    }
}
