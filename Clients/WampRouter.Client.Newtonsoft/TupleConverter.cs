using System.Runtime.CompilerServices;
using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>Tuples as lists of their items, as peers in other languages write theirs, and as <see cref="WampJsonSerializer"/> does.</summary>
internal sealed class TupleConverter : JsonConverter
{
    private const int ItemsBeforeRest = 7;

    public override bool CanConvert(Type objectType)
    {
        var type = Nullable.GetUnderlyingType(objectType) ?? objectType;
        return type.IsGenericType && type.Namespace == nameof(System) && typeof(ITuple).IsAssignableFrom(type);
    }

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        var tuple = (ITuple)value!;
        writer.WriteStartArray();
        for (var i = 0; i < tuple.Length; i++)
        {
            serializer.Serialize(writer, tuple[i]);
        }

        writer.WriteEndArray();
    }

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonToken.StartArray)
        {
            throw new JsonSerializationException("A tuple is read from a list.");
        }

        var tuple = ReadItems(reader, Nullable.GetUnderlyingType(objectType) ?? objectType, serializer);
        return reader.Read() && reader.TokenType == JsonToken.EndArray ? tuple : throw new JsonSerializationException("The list has more items than the tuple.");
    }

    private static object ReadItems(JsonReader reader, Type tuple, JsonSerializer serializer)
    {
        var types = tuple.GetGenericArguments();
        var items = new object?[types.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (i == ItemsBeforeRest)
            {
                items[i] = ReadItems(reader, types[i], serializer);
                break;
            }

            if (!reader.Read() || reader.TokenType == JsonToken.EndArray)
            {
                throw new JsonSerializationException("The list has fewer items than the tuple.");
            }

            items[i] = serializer.Deserialize(reader, types[i]);
        }

        return Activator.CreateInstance(tuple, items)!;
    }
}
