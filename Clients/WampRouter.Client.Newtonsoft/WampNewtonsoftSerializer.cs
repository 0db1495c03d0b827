using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>Arguments by Newtonsoft.Json, for types that carry its attributes and converters.</summary>
public sealed class WampNewtonsoftSerializer : IWampPayloadSerializer
{
    // Half of a surrogate pair is no text: it is refused, not replaced.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly JsonSerializer _serializer;

    /// <summary>Uses Newtonsoft's defaults, but leaves texts that look like dates as the texts they are.</summary>
    public WampNewtonsoftSerializer()
        : this(new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })
    {
    }

    /// <summary>Uses your settings. Converters for binary, tuples and numbers are added behind your own; what would lose its value is refused.</summary>
    /// <param name="settings">Names, converters and the rest.</param>
    public WampNewtonsoftSerializer(JsonSerializerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _serializer = JsonSerializer.Create(settings);
        _serializer.Converters.Add(new TupleConverter());
        _serializer.Converters.Add(new NumberConverter());
        _serializer.Converters.Add(new BinaryConverter());
        _serializer.Converters.Add(new UnwritableConverter(_serializer.ContractResolver));
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> output, object? value)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new FiniteWriter(text) { CloseOutput = false, Formatting = Formatting.None })
        {
            _serializer.Serialize(writer, value);
        }

        Strict.GetBytes(text.ToString(), output);
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
}
