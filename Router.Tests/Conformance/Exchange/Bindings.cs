namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>
/// What the peers of one test have been told: ids above all. In expected messages <c>"$name"</c> stands for any value the first time, and for the
/// same value from then on; in messages to send it stands for that value.
/// </summary>
internal sealed class Bindings
{
    private Dictionary<string, object?> _values = [];

    /// <summary>What a name stands for.</summary>
    public object? this[string name] => _values.TryGetValue(name, out var value) ? value : throw new AssertionException($"${name} stands for nothing yet");

    /// <summary>Gives a name its meaning, or compares with the one it has.</summary>
    public bool Agree(string name, object? value)
    {
        _values.TryAdd(name, value);
        return Wire.ReferenceCodec.AreEqual(_values[name], value);
    }

    /// <summary>Compares, and forgets what the comparison has named if it fails.</summary>
    public bool Try(Func<Bindings, bool> compare)
    {
        var before = new Dictionary<string, object?>(_values);
        if (compare(this))
        {
            return true;
        }

        _values = before;
        return false;
    }

    /// <summary>A message with every name replaced by what it stands for.</summary>
    public object? Fill(object? value) => value switch
    {
        string text when IsName(text) => this[text[1..]],
        object?[] list => list.Select(Fill).ToArray(),
        Dictionary<string, object?> dictionary => dictionary.ToDictionary(entry => entry.Key, entry => Fill(entry.Value)),
        _ => value,
    };

    public static bool IsName(string text) => text.Length > 1 && text[0] == '$';
}
