using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>Arguments by Newtonsoft.Json, for types that carry its attributes and converters.</summary>
public sealed class WampNewtonsoftSerializer : IWampPayloadSerializer
{
    private readonly JsonSerializer _serializer;

    /// <summary>Uses Newtonsoft's defaults, but leaves texts that look like dates as the texts they are.</summary>
    public WampNewtonsoftSerializer()
        : this(new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })
    {
    }

    /// <summary>Uses your settings. A converter for binary is added behind your own converters.</summary>
    /// <param name="settings">Names, converters and the rest.</param>
    public WampNewtonsoftSerializer(JsonSerializerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _serializer = JsonSerializer.Create(settings);
        _serializer.Converters.Add(new BinaryConverter());
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> output, object? value)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new JsonTextWriter(text) { CloseOutput = false, Formatting = Formatting.None })
        {
            _serializer.Serialize(writer, value);
        }

        Encoding.UTF8.GetBytes(text.ToString(), output);
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlySpan<byte> json) => (T?)Deserialize(json, typeof(T));

    /// <inheritdoc/>
    public object? Deserialize(ReadOnlySpan<byte> json, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(json))) { DateParseHandling = _serializer.DateParseHandling };
        try
        {
            return _serializer.Deserialize(reader, type)
                ?? (type.IsValueType && Nullable.GetUnderlyingType(type) is null ? throw new FormatException("null has no value of this type.") : null);
        }
        catch (Exception e) when (e is JsonException or OverflowException or InvalidCastException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>WAMP's convention for binary in JSON: U+0000 and base64. Plain base64 is read too.</summary>
    private sealed class BinaryConverter : JsonConverter
    {
        public override bool CanConvert(Type objectType) =>
            objectType == typeof(byte[]) || objectType == typeof(ReadOnlyMemory<byte>) || objectType == typeof(Memory<byte>);

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
        {
            ReadOnlyMemory<byte> bytes = value switch
            {
                byte[] array => array,
                Memory<byte> memory => memory,
                ReadOnlyMemory<byte> memory => memory,
                _ => default,
            };
            writer.WriteValue("\0" + Convert.ToBase64String(bytes.Span));
        }

        public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
        {
            if (reader.Value is null && objectType == typeof(byte[]))
            {
                return null;
            }

            var text = reader.Value as string ?? throw new JsonSerializationException("Binary must be a string of base64.");
            try
            {
                var bytes = Convert.FromBase64String(text.StartsWith('\0') ? text[1..] : text);
                return objectType == typeof(Memory<byte>) ? bytes.AsMemory() : objectType == typeof(byte[]) ? bytes : (object)new ReadOnlyMemory<byte>(bytes);
            }
            catch (FormatException e)
            {
                throw new JsonSerializationException("The string is not base64.", e);
            }
        }
    }
}
