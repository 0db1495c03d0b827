using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WampRouter.Client;

/// <summary>Whole numbers of any size as JSON numbers, where System.Text.Json writes an object of their properties. CBOR has them too; MessagePack only some.</summary>
internal sealed class BigIntegerConverter : JsonConverter<BigInteger>
{
    public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("A whole number is expected.");
        }

        var text = Encoding.ASCII.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        // What came as a float is the float's value, not that of its shortest decimal form.
        return reader.TryGetDouble(out var number) && double.IsInteger(number) ? new BigInteger(number) : throw new JsonException($"{text} is no whole number.");
    }

    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
}

/// <summary>Makes it known without reflection, and without a source generator that would describe its properties.</summary>
internal sealed class BigIntegerResolver : IJsonTypeInfoResolver
{
    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(BigInteger))
        {
            return JsonMetadataServices.CreateValueInfo<BigInteger>(options, new BigIntegerConverter());
        }

        return type == typeof(BigInteger?) ? JsonMetadataServices.CreateValueInfo<BigInteger?>(options, JsonMetadataServices.GetNullableConverter<BigInteger>(options)) : null;
    }
}
