using System.Text;

namespace WampRouter.Tests.Wire;

/// <summary>Seeded random trees of every kind of value, with a liking for the edges.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly long[] Edges = [0, 1, -1, 23, 24, -24, -25, 31, -32, -33, 127, 128, 255, 256, 65535, 65536, int.MinValue, uint.MaxValue, 1L << 53, long.MinValue, long.MaxValue];
    private static readonly double[] DoubleEdges = [0.0, -0.0, 1.0, -1.5, 0.1, 1e21, 5e-324, double.MaxValue, double.Epsilon, Math.PI, 1e15, 123456789012345680.0];
    private static readonly string[] Snippets = ["", "a", "\"", "\\", "/", "\n\r\t\b\f", "\u0001\u001f", "\u007f", "ß", "€", "\u2028", "😀", "𝄞", "\0", "\0not base64!", "\0QR==", "\0QUJ", "wamp"];

#pragma warning disable CA5394 // repeatable on purpose, and no secret
    private readonly Random _random = new(seed);

    public object? Next(int depth) => _random.Next(depth > 0 ? 10 : 8) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => Edges[_random.Next(Edges.Length)],
        3 => _random.NextInt64() >> _random.Next(64),
        4 => ulong.MaxValue - (ulong)_random.NextInt64(0, long.MaxValue),
        5 => _random.Next(2) == 0 ? DoubleEdges[_random.Next(DoubleEdges.Length)] : RandomDouble(),
        6 => Text(),
        7 => Bytes(),
        8 => Enumerable.Range(0, Size()).Select(_ => Next(depth - 1)).ToArray(),
        _ => Dictionary(depth - 1),
    };

    public Dictionary<string, object?> Dictionary(int depth)
    {
        var entries = new Dictionary<string, object?>();
        for (var left = Size(); left > 0; left--)
        {
            entries[Text()] = Next(depth);
        }

        return entries;
    }

    /// <summary>Now and then more than the short heads of MessagePack and CBOR can count.</summary>
    private int Size() => _random.Next(20) == 0 ? _random.Next(15, 40) : _random.Next(4);

    private double RandomDouble()
    {
        var value = BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue));
        return double.IsFinite(value) ? value : 0.5;
    }

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(10) == 0 ? _random.Next(300) : _random.Next(5)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Never NUL and proper Base64: in JSON that is binary, by definition.</summary>
    private string Text()
    {
        var text = new StringBuilder();
        for (var left = _random.Next(_random.Next(10) == 0 ? 60 : 4); left > 0; left--)
        {
            text.Append(Snippets[_random.Next(Snippets.Length)]);
        }

        var result = text.ToString();
        return result.StartsWith('\0') && Convert.TryFromBase64String(result[1..], new byte[result.Length], out _) && !result.EndsWith("QR==", StringComparison.Ordinal)
            ? "x" + result
            : result;
    }
#pragma warning restore CA5394
}
