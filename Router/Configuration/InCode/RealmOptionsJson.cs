using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>Writes a realm of code as the file that says the same.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(TextConverter), typeof(WordConverter<WampUriCheck>), typeof(WordConverter<WampUriMatch>), typeof(WordConverter<WampRequestIdCheck>), typeof(WordConverter<WampOverflow>), typeof(WordConverter<WampHistoryStore>), typeof(WordConverter<WampQueueStore>), typeof(WordConverter<WampWebhookSignature>)])]
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
            writer.WriteNumberValue((decimal)value.Ticks / TimeSpan.TicksPerSecond);      // never 1E-07, which nobody has written
        }
    }
}

/// <summary>A text as it is: half of a surrogate pair becomes an escape that the rules refuse, where by itself it would become U+FFFD, and different names would be one.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Realms of code are only written.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (NameRules.FindLength(value) is not null)
        {
            writer.WriteStringValue(value);
        }
        else
        {
            writer.WriteRawValue(string.Concat("\"", string.Concat(value.Select(static unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"))), "\""), skipInputValidation: true);
        }
    }
}
