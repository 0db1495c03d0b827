using System.Buffers;
using System.Text.Json;
using WampRouter.Client;

namespace WampRouter.Http.Webhooks;

/// <summary>One JSON value as the bytes it came as: arguments go through a webhook without becoming objects.</summary>
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>What a writer has written.</summary>
    public static RawJson Of(Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            write(writer);
        }

        return new RawJson(json.WrittenMemory);
    }
}

/// <summary>Passes JSON values on as they are, and texts besides, which messages of errors are. Any thread.</summary>
internal sealed class RawJsonSerializer : IWampPayloadSerializer
{
    public static readonly RawJsonSerializer Instance = new();

    private RawJsonSerializer()
    {
    }

    /// <inheritdoc />
    public void Serialize(IBufferWriter<byte> output, object? value)
    {
        if (value is RawJson json)
        {
            output.Write(json.Utf8.Span);
            return;
        }

        using var writer = new Utf8JsonWriter(output);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteStringValue(value as string ?? throw new NotSupportedException("Webhooks pass on JSON and text."));
        }
    }

    /// <inheritdoc />
    public T? Deserialize<T>(ReadOnlySpan<byte> json) => (T?)Deserialize(json, typeof(T));

    /// <inheritdoc />
    public object? Deserialize(ReadOnlySpan<byte> json, Type type)
    {
        if (type == typeof(RawJson))
        {
            return new RawJson(json.ToArray());
        }

        var reader = new Utf8JsonReader(json);
        return reader.Read() && type == typeof(string) && reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? reader.GetString()
            : type == typeof(int) && reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number) ? number
            : throw new FormatException(type == typeof(int) ? "It is no whole number." : "It is no text.");
    }
}
