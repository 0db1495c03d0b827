using System.Text;
using System.Text.Json;
using WampRouter.Wire;

namespace WampRouter.Client.Serialization;

/// <summary>Where each argument stands in the JSON of a payload. Built once, when the first argument is asked for.</summary>
internal sealed class ArgumentIndex
{
    private static readonly ArgumentIndex Nothing = new("[]"u8.ToArray());

    private readonly byte[] _json;

    private ArgumentIndex(byte[] json) => _json = json;

    public Range[] Items { get; private set; } = [];

    public (string Name, Range Range)[] Named { get; private set; } = [];

    public static ArgumentIndex Build(in Payload payload)
    {
        if (payload.Count == 0)
        {
            return Nothing;
        }

        var index = new ArgumentIndex(WireJson.ListFrom(payload));
        var reader = new Utf8JsonReader(index._json);
        reader.Read();
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            index.Items = ReadItems(ref reader);
            reader.Read();
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            index.Named = ReadNamed(ref reader);
        }

        return index;
    }

    public ReadOnlySpan<byte> Json(Range range) => _json.AsSpan(range);

    public bool TryFind(string name, out Range range)
    {
        var found = Array.FindLastIndex(Named, n => n.Name == name);
        range = found < 0 ? default : Named[found].Range;
        return found >= 0;
    }

    public override string ToString() => Encoding.UTF8.GetString(_json);

    private static Range[] ReadItems(ref Utf8JsonReader reader)
    {
        var items = new List<Range>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Skip(ref reader));
        }

        return [.. items];
    }

    private static (string Name, Range Range)[] ReadNamed(ref Utf8JsonReader reader)
    {
        var named = new List<(string Name, Range Range)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            named.Add((name, Skip(ref reader)));
        }

        return [.. named];
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
