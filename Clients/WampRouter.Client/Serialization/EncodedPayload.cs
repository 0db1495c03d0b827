using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using WampRouter.Wire;
using WampRouter.Wire.Json;

namespace WampRouter.Client.Serialization;

/// <summary>
/// A payload ready to be written into a message. Arguments are serialized before a message takes its place in the order of
/// sending, so that user code runs under no lock. The owner disposes it, which gives the buffer back.
/// </summary>
internal sealed class EncodedPayload : IDisposable
{
    public static readonly EncodedPayload Empty = new(WireFormat.Json, default, 0, null, null);

    /// <summary>The message and its list or dictionary of arguments are open around each argument.</summary>
    private const int OuterDepth = 2;

    /// <summary>So many digits every float keeps.</summary>
    private const int DigitsOfFloat = 15;

    private readonly WireFormat _format;
    private readonly ReadOnlyMemory<byte> _tail;
    private readonly PooledBuffer? _buffer;
    private readonly WampPayload? _source;

    private EncodedPayload(WireFormat format, ReadOnlyMemory<byte> tail, int count, PooledBuffer? buffer, WampPayload? source) =>
        (_format, _tail, Count, _buffer, _source) = (format, tail, count, buffer, source);

    /// <summary>0: no arguments, 1: positional ones, 2: named ones too.</summary>
    public int Count { get; }

    /// <summary>How it is made, if the router is not to look into it.</summary>
    public WampPassthru? Passthru { get; private init; }

    public Payload Payload => new(_format, _tail.Span, Count);

    /// <exception cref="WampSerializationException">The serializer does not write one of the arguments.</exception>
    public static EncodedPayload From(WampPayload? payload, IWampPayloadSerializer serializer)
    {
        if (payload is null or { Forwarded: null, Items.Count: 0, Named.Count: 0, Passthru: null })
        {
            return Empty;
        }

        if (payload.Forwarded is { } received)
        {
            return new EncodedPayload(received.Format, received.Tail, received.Elements, null, null) { Passthru = payload.Passthru };
        }

        var buffer = new PooledBuffer();
        try
        {
            WriteItems(payload.Items, buffer, serializer);
            if (payload.Named.Count > 0)
            {
                WriteNamed(payload.Named, buffer, serializer);
            }

            return new EncodedPayload(WireFormat.Json, buffer.Written, payload.Named.Count > 0 ? 2 : 1, buffer, payload) { Passthru = payload.Passthru };
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Writes the arguments into a message.</summary>
    /// <exception cref="WampSerializationException">The connection's format cannot say them.</exception>
    public void WriteTo(MessageWriter writer)
    {
        if (!writer.TryWritePayload(Payload, out var fault))
        {
            throw Unsayable(writer.Format, fault!);
        }

        if (_format != writer.Format && _source is not null)
        {
            ThrowIfRounded(writer.Format);
        }
    }

    public void Dispose() => _buffer?.Dispose();

    private static void WriteItems(IReadOnlyList<object?> items, PooledBuffer buffer, IWampPayloadSerializer serializer)
    {
        buffer.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }

            if (Fault(buffer, items[i], serializer, out var cause) is { } fault)
            {
                throw Unwritable($"Argument {i.ToString(CultureInfo.InvariantCulture)}", items[i], fault, cause);
            }
        }

        buffer.Write("]"u8);
    }

    private static void WriteNamed(IReadOnlyList<KeyValuePair<string, object?>> named, PooledBuffer buffer, IWampPayloadSerializer serializer)
    {
        buffer.Write(","u8);
        var separator = "{\""u8;
        foreach (var (name, value) in named)
        {
            ThrowIfCut(name);
            buffer.Write(separator);
            buffer.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
            buffer.Write("\":"u8);
            if (Fault(buffer, value, serializer, out var cause) is { } fault)
            {
                throw Unwritable($"Argument '{name}'", value, fault, cause);
            }

            separator = ",\""u8;
        }

        buffer.Write("}"u8);
    }

    private static void ThrowIfCut(string name)
    {
        try
        {
            TextConverter.ThrowIfCut(name);
        }
        catch (NotSupportedException e)
        {
            throw new WampSerializationException($"The name of a named argument cannot be sent: {e.Message}", e);
        }
    }

    /// <summary>Writes one argument. Returns what is wrong with it, or null.</summary>
    private static string? Fault(PooledBuffer buffer, object? value, IWampPayloadSerializer serializer, out Exception? cause)
    {
        cause = null;
        var start = buffer.Length;
        try
        {
            serializer.Serialize(buffer, value);
        }
        catch (Exception e)
        {
            // A serializer calls the user's properties and converters, which may throw anything.
            cause = e;
            return e.Message;
        }

        // The built-in one writes JSON that is valid and not too deep; others are somebody else's.
        var written = buffer.Written.Span[start..];
        var end = serializer is WampJsonSerializer ? written.Length
            : !Utf8.IsValid(written) ? WireFaults.NotUtf8
            : JsonSyntax.Skip(written, 0, OuterDepth);
        return end < 0 ? WireFaults.Explain(end)
            : end < written.Length && !written[end..].ContainsAnyExcept(" \t\r\n"u8) || end == written.Length ? null
            : "the serializer wrote more than one value";
    }

    private static WampSerializationException Unwritable(string what, object? value, string fault, Exception? cause) =>
        new($"{what}, of type '{value?.GetType().ToString() ?? "null"}', cannot be sent: {fault.TrimEnd('.')}.", cause);

    private WampSerializationException Unsayable(WireFormat format, string fault)
    {
        var types = _source is null ? [] : _source.Items.Concat(_source.Named.Select(n => n.Value)).Select(v => v?.GetType().ToString() ?? "null").ToArray();
        return new($"The arguments ({string.Join(", ", types)}) cannot be sent in {format}, which this connection speaks: {fault}. Send the value as text, or connect with JSON.");
    }

    /// <summary>A decimal can have more digits than a float keeps, which is the only number with a fraction in these formats.</summary>
    private void ThrowIfRounded(WireFormat format)
    {
        var left = _tail.Span;
        for (var i = 0; i < Count; i++)
        {
            var reader = new Utf8JsonReader(left);
            do
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number && IsRounded(reader.ValueSpan))
                {
                    throw Unsayable(format, $"{Encoding.ASCII.GetString(reader.ValueSpan)} has more digits than a float keeps");
                }
            }
            while (reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject);
            left = left[Math.Min((int)reader.BytesConsumed + 1, left.Length)..];
        }
    }

    private static bool IsRounded(ReadOnlySpan<byte> number) =>
        number.Length > DigitsOfFloat + 1
        && number.ContainsAny(".eE"u8)
        && decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
        && decimal.TryParse(double.Parse(number, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var kept)
        && exact != kept;
}
