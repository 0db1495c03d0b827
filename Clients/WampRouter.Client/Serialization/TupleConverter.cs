using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Client;

/// <summary>
/// Tuples as lists of their items, as peers in other languages write theirs: <c>(1, "x")</c> is <c>[1,"x"]</c>. System.Text.Json writes value tuples as <c>{}</c>.
/// </summary>
internal sealed class TupleConverter : JsonConverter<object>
{
    private const int ItemsBeforeRest = 7;

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.Namespace == nameof(System) && typeof(ITuple).IsAssignableFrom(typeToConvert);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
    {
        var tuple = (ITuple)value;
        writer.WriteStartArray();
        for (var i = 0; i < tuple.Length; i++)
        {
            if (tuple[i] is { } item)
            {
                JsonSerializer.Serialize(writer, item, options.GetTypeInfo(item.GetType()));
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }

    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null && !typeToConvert.IsValueType)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A tuple is read from a list.");
        }

        var tuple = ReadItems(ref reader, Nullable.GetUnderlyingType(typeToConvert) ?? typeToConvert, options);
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? tuple : throw new JsonException("The list has more items than the tuple.");
    }

    private static object ReadItems(ref Utf8JsonReader reader, Type tuple, JsonSerializerOptions options)
    {
        var types = tuple.GetGenericArguments();
        var items = new object?[types.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (i == ItemsBeforeRest)
            {
                items[i] = ReadItems(ref reader, types[i], options);
                break;
            }

            if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
            {
                throw new JsonException("The list has fewer items than the tuple.");
            }

            items[i] = JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(types[i]));
        }

        return Create(tuple, items);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "What trimming took away is reported, with the way around it.")]
    private static object Create(Type tuple, object?[] items)
    {
        try
        {
            return Activator.CreateInstance(tuple, items)!;
        }
        catch (MissingMethodException e)
        {
            throw new NotSupportedException($"'{tuple}' cannot be read in an ahead-of-time compiled application: read the items one by one, or a list.", e);
        }
    }
}
