using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter;

/// <summary>Writes a realm of code as the file that says the same.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WordConverter<WampUriCheck>), typeof(WordConverter<WampUriMatch>), typeof(WordConverter<WampRequestIdCheck>), typeof(WordConverter<WampOverflow>), typeof(WordConverter<WampHistoryStore>)])]
[JsonSerializable(typeof(WampRealmOptions))]
internal sealed partial class RealmOptionsJson : JsonSerializerContext;

/// <summary>The words of realm files: <c>drop-events</c>.</summary>
internal sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.KebabCaseLower)
    where TEnum : struct, Enum;

/// <summary>A time in seconds; where it is no whole number of them, the rules say so.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Realms of code are only written.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        if (value.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            writer.WriteNumberValue(value.Ticks / TimeSpan.TicksPerSecond);
        }
        else
        {
            writer.WriteNumberValue(value.TotalSeconds);
        }
    }
}
