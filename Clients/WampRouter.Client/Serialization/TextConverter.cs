using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Client;

/// <summary>
/// Refuses what is no text: half of a surrogate pair, which a string cut in the middle of an emoji ends with. System.Text.Json would put another character there.
/// </summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        ThrowIfCut(value);
        writer.WriteStringValue(value);
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        ThrowIfCut(value);
        writer.WritePropertyName(options.DictionaryKeyPolicy?.ConvertName(value) ?? value);
    }

    /// <summary>Throws if UTF-8 has no form for a text.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static void ThrowIfCut(ReadOnlySpan<char> text)
    {
        if (IsCut(text))
        {
            throw new NotSupportedException("A text holds half of a surrogate pair, as when it was cut in the middle of a character: cut it elsewhere.");
        }
    }

    /// <summary>Whether UTF-8 has no form for a text.</summary>
    public static bool IsCut(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0;)
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
            at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }

        return false;
    }
}
