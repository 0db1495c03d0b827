using System.Globalization;
using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>Numbers that Newtonsoft.Json does not know, and writes as <c>{}</c>.</summary>
internal sealed class NumberConverter : JsonConverter
{
    public override bool CanConvert(Type objectType) => (Nullable.GetUnderlyingType(objectType) ?? objectType) is var type
        && (type == typeof(Int128) || type == typeof(UInt128) || type == typeof(Half));

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        if (value is Half half)
        {
            writer.WriteValue((float)half);
        }
        else
        {
            writer.WriteRawValue(((IFormattable)value!).ToString(null, CultureInfo.InvariantCulture));
        }
    }

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(objectType) ?? objectType;
        var text = reader.TokenType is JsonToken.Integer or JsonToken.Float ? ((IFormattable)reader.Value!).ToString(null, CultureInfo.InvariantCulture) : string.Empty;
        return type == typeof(Half) && Half.TryParse(text, CultureInfo.InvariantCulture, out var half) ? half
            : type == typeof(Int128) && Int128.TryParse(text, CultureInfo.InvariantCulture, out var signed) ? signed
            : type == typeof(UInt128) && UInt128.TryParse(text, CultureInfo.InvariantCulture, out var unsigned) ? unsigned
            : throw new JsonSerializationException($"A number that is a {type.Name} is expected.");
    }
}
