using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WampRouter.Client;

/// <summary>Takes the place of every serializer for types that are refused whatever their properties are.</summary>
internal sealed class UnwritableTypeConverter : JsonConverter<object>
{
    public override bool CanConvert(Type typeToConvert) => UnwritableTypes.Explain(typeToConvert) is not null;

    public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw UnwritableTypes.Refusal(typeToConvert, UnwritableTypes.Explain(typeToConvert)!);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => throw UnwritableTypes.Refusal(value.GetType(), UnwritableTypes.Explain(value.GetType())!);

    /// <summary>Makes types whose properties do not say what they are fail when they are written or read.</summary>
    public static void Refuse(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && ExplainProperties(type) is { } why)
        {
            type.OnSerializing = _ => throw UnwritableTypes.Refusal(type.Type, why);
            type.OnDeserializing = _ => throw UnwritableTypes.Refusal(type.Type, why);
        }
    }

    private static string? ExplainProperties(JsonTypeInfo type)
    {
        if (type.Type == typeof(object) || type.PolymorphismOptions is not null || type.Type.IsAbstract)
        {
            return null;
        }

        if (!type.Properties.Any(p => p.Get is not null || p.IsExtensionData))
        {
            return UnwritableTypes.HasState(type.Type) ? "it has no public properties: give it some, set IncludeFields in the serializer's options, or add a converter" : null;
        }

        return UnwritableTypes.IsOfFramework(type.Type) && !type.Properties.Any(p => p.Set is not null || p.AssociatedParameter is not null)
            ? "nobody could make it of its properties again: send its ToString() or its parts, or add a converter"
            : null;
    }
}
