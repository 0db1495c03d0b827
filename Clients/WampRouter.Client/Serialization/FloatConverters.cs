using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Client;

/// <summary>
/// Writes 1.0 as <c>1.0</c>, where System.Text.Json writes <c>1</c>: transcoded to MessagePack or CBOR a whole number would
/// otherwise arrive as an integer, which a typed peer may refuse.
/// </summary>
internal sealed class DoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (!double.IsInteger(value) || Math.Abs(value) >= 1e15)
        {
            ThrowIfNotFinite(value);
            writer.WriteNumberValue(value);
            return;
        }

        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat((long)value, text, out var length);
        ".0"u8.CopyTo(text[length..]);
        writer.WriteRawValue(double.IsNegative(value) && value == 0 ? "-0.0"u8 : text[..(length + 2)], skipInputValidation: true);
    }

    /// <exception cref="NotSupportedException">It is not.</exception>
    public static void ThrowIfNotFinite(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new NotSupportedException("JSON, which arguments are written in, has no form for NaN and infinities: send null or a text.");
        }
    }
}

/// <inheritdoc cref="DoubleConverter"/>
internal sealed class SingleConverter : JsonConverter<float>
{
    private static readonly DoubleConverter Whole = new();

    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetSingle();

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
    {
        if (float.IsInteger(value))
        {
            Whole.Write(writer, value, options);
        }
        else
        {
            DoubleConverter.ThrowIfNotFinite(value);
            writer.WriteNumberValue(value);
        }
    }
}

/// <inheritdoc cref="DoubleConverter"/>
internal sealed class HalfConverter : JsonConverter<Half>
{
    private static readonly SingleConverter Wider = new();

    public override Half Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => (Half)reader.GetSingle();

    public override void Write(Utf8JsonWriter writer, Half value, JsonSerializerOptions options) => Wider.Write(writer, (float)value, options);
}
