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

    private static readonly TupleConverter Instance = new();

    public override bool CanConvert(Type typeToConvert) => IsTuple(typeToConvert);

    /// <summary>Writes any value. No context need know tuples, only their items.</summary>
    /// <exception cref="NotSupportedException">No context knows its type.</exception>
    public static void WriteAny(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else if (options.TryGetTypeInfo(value.GetType(), out var info))
        {
            JsonSerializer.Serialize(writer, value, info);
        }
        else if (IsTuple(value.GetType()))
        {
            Instance.Write(writer, value, options);
        }
        else
        {
            throw Unknown(value.GetType());
        }
    }

    /// <summary>Reads any value, whose first token is the present one.</summary>
    /// <exception cref="NotSupportedException">No context knows its type.</exception>
    public static object? ReadAny(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        options.TryGetTypeInfo(type, out var info) ? JsonSerializer.Deserialize(ref reader, info)
        : IsTuple(Nullable.GetUnderlyingType(type) ?? type) ? Instance.Read(ref reader, type, options)
        : throw Unknown(type);

    private static NotSupportedException Unknown(Type type) =>
        new($"The serializer does not know '{type}': give WampJsonSerializer a source-generated JsonSerializerContext with [JsonSerializable(typeof(…))] for it.");

    private static bool IsTuple(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.Namespace == nameof(System) && typeof(ITuple).IsAssignableFrom(typeToConvert);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
    {
        var tuple = (ITuple)value;
        writer.WriteStartArray();
        for (var i = 0; i < tuple.Length; i++)
        {
            WriteAny(writer, tuple[i], options);
        }

        writer.WriteEndArray();
    }

    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null && (!typeToConvert.IsValueType || Nullable.GetUnderlyingType(typeToConvert) is not null))
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

            items[i] = ReadAny(ref reader, types[i], options);
        }

        return Create(tuple, items);
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(ValueTuple<,,,,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,,,,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(Tuple<,,,,,,,>))]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The constructors of all tuples are kept, as above.")]
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
