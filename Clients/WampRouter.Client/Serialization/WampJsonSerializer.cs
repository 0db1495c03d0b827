using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// Arguments by System.Text.Json. Numbers, text, dates, binary, JSON nodes and collections of them are built in; your own types
/// come from a source-generated <c>JsonSerializerContext</c>, or by reflection where the application allows it.
/// </summary>
public sealed class WampJsonSerializer : IWampPayloadSerializer
{
    // The list of arguments, and the message around it, are two levels of those a message may have.
    private const int MaxDepth = WireLimits.MaxDepth - 2;

    // One writer for each thread; it belongs to the serializer whose options it was made with.
    [ThreadStatic]
    private static (WampJsonSerializer Owner, Utf8JsonWriter Writer) _idle;

    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions _writerOptions;

    /// <summary>Uses the types of source-generated contexts, with camelCase names as peers in other languages expect them.</summary>
    /// <param name="contexts">For example <c>MyJsonContext.Default</c>.</param>
    public WampJsonSerializer(params IJsonTypeInfoResolver[] contexts)
        : this(WebNames(contexts))
    {
    }

    /// <summary>Uses your own options. What WAMP needs is added to a copy: converters for binary and floats, and the built-in types.</summary>
    /// <param name="options">Names, converters and resolvers.</param>
    public WampJsonSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = new JsonSerializerOptions(options);
        _options.TypeInfoResolverChain.Add(BuiltInJsonContext.Default);
        _options.TypeInfoResolverChain.Add(new BigIntegerResolver());
        _options.TypeInfoResolver = _options.TypeInfoResolver!.WithAddedModifier(UnwritableTypeConverter.Refuse);
        _options.MaxDepth = Math.Min(_options.MaxDepth is 0 ? MaxDepth : _options.MaxDepth, MaxDepth);
        _options.Converters.Add(new UnwritableTypeConverter());
        _options.Converters.Add(new TupleConverter());
        _options.Converters.Add(new TextConverter());
        _options.Converters.Add(new BigIntegerConverter());
        _options.Converters.Add(new ByteArrayConverter());
        _options.Converters.Add(new ByteMemoryConverter());
        _options.Converters.Add(new DoubleConverter());
        _options.Converters.Add(new SingleConverter());
        _options.Converters.Add(new HalfConverter());
        _options.MakeReadOnly();
        _writerOptions = new JsonWriterOptions { Encoder = _options.Encoder, SkipValidation = true, MaxDepth = _options.MaxDepth };
    }

    /// <summary>
    /// The built-in types, and any other by reflection unless the application switched that off (Native AOT does): then pass a
    /// source-generated context to the constructor.
    /// </summary>
    public static WampJsonSerializer Default { get; } = new(ByReflectionIfAllowed());

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> output, object? value)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (value is null)
        {
            output.Write("null"u8);
            return;
        }

        // Taken, not borrowed: a converter that serializes something itself must not find this one in use.
        var writer = _idle.Owner == this ? _idle.Writer : new Utf8JsonWriter(output, _writerOptions);
        _idle = default;
        writer.Reset(output);
        TupleConverter.WriteAny(writer, value, _options);
        writer.Flush();
        _idle = (this, writer);
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return _options.TryGetTypeInfo(typeof(T), out var info) ? JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)info) : (T?)ReadTuple(json, typeof(T));
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public object? Deserialize(ReadOnlySpan<byte> json, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            return _options.TryGetTypeInfo(type, out var info) ? JsonSerializer.Deserialize(json, info) : ReadTuple(json, type);
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private object? ReadTuple(ReadOnlySpan<byte> json, Type type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = _options.MaxDepth });
        reader.Read();
        return TupleConverter.ReadAny(ref reader, type, _options);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Used only where the application left reflection on, which trimmed ones have off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Used only where the application left reflection on, which ahead-of-time compiled ones have off.")]
    private static IJsonTypeInfoResolver[] ByReflectionIfAllowed() =>
        JsonSerializer.IsReflectionEnabledByDefault ? [new DefaultJsonTypeInfoResolver()] : [];

    private static JsonSerializerOptions WebNames(IJsonTypeInfoResolver[] contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = true,

            // Arguments are not put into HTML by the serializer: text need not be escaped beyond JSON's own rules.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (var context in contexts)
        {
            options.TypeInfoResolverChain.Add(context);
        }

        return options;
    }
}
