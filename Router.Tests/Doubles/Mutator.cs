namespace WampRouter.Tests.Doubles;

/// <summary>Spoils bytes, the same way for the same seed.</summary>
#pragma warning disable CA5394 // chance, not secrecy
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Bytes that were never a message.</summary>
    public byte[] Bytes()
    {
        var bytes = new byte[_random.Next(40)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>One of them.</summary>
    public T Choose<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>Whether something happens that does so once in so many times.</summary>
    public bool Happens(int onceIn) => _random.Next(onceIn) == 0;

    /// <summary>One to three changes: a bit, a byte, a cut, a copy.</summary>
    public byte[] Mutate(byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var changes = _random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1: bytes[at] = (byte)_random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(_random.Next(1, 4), bytes.Count - at)); break;
                case 3: bytes.Insert(at, (byte)_random.Next(256)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(1, 12), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A value in place of another somewhere in a message: right in form, and wrong in what it says.</summary>
    public object? Mutate(object? value) => value switch
    {
        object?[] { Length: > 0 } list when !Happens(8) => Replace(list, _random.Next(list.Length)),
        Dictionary<string, object?> { Count: > 0 } dictionary when !Happens(8) => Replace(dictionary, Choose([.. dictionary.Keys])),
        _ => AnyValue(),
    };

    private object?[] Replace(object?[] list, int index) => [.. list.Select((element, at) => at == index ? Mutate(element) : element)];

    private Dictionary<string, object?> Replace(Dictionary<string, object?> dictionary, string key) =>
        dictionary.ToDictionary(entry => entry.Key, entry => entry.Key == key ? Mutate(entry.Value) : entry.Value);

    private object? AnyValue() => _random.Next(12) switch
    {
        0 => null,
        1 => true,
        2 => (long)_random.Next(8),
        3 => -1L,
        4 => long.MaxValue,
        5 => 0.5,
        6 => string.Empty,
        7 => Choose(["com.fuzz.echo", "com..x", "wamp.session.count", "exact", "prefix", "\u0000"]),
        8 => Bytes(),
        9 => Array.Empty<object?>(),
        10 => new Dictionary<string, object?>(),
        _ => new object?[] { new Dictionary<string, object?> { ["x"] = null } },
    };
}
#pragma warning restore CA5394
