using System.Buffers;
using System.Text.Json;
using WampRouter.Wire;

namespace WampRouter.Client.Serialization;

/// <summary>
/// A payload ready to be written into a message. Arguments are serialized before a message takes its place in the order of
/// sending, so that user code runs under no lock. The owner disposes it, which gives the buffer back.
/// </summary>
internal sealed class EncodedPayload : IDisposable
{
    public static readonly EncodedPayload Empty = new(WireFormat.Json, default, 0, null);

    private readonly WireFormat _format;
    private readonly ReadOnlyMemory<byte> _tail;
    private readonly PooledBuffer? _buffer;

    private EncodedPayload(WireFormat format, ReadOnlyMemory<byte> tail, int count, PooledBuffer? buffer) =>
        (_format, _tail, Count, _buffer) = (format, tail, count, buffer);

    /// <summary>0: no arguments, 1: positional ones, 2: named ones too.</summary>
    public int Count { get; }

    /// <summary>How it is made, if the router is not to look into it.</summary>
    public WampPassthru? Passthru { get; private init; }

    public Payload Payload => new(_format, _tail.Span, Count);

    public static EncodedPayload From(WampPayload? payload, IWampPayloadSerializer serializer)
    {
        if (payload is null or { Forwarded: null, Items.Count: 0, Named.Count: 0, Passthru: null })
        {
            return Empty;
        }

        if (payload.Forwarded is { } received)
        {
            return new EncodedPayload(received.Format, received.Tail, received.Elements, null) { Passthru = payload.Passthru };
        }

        var buffer = new PooledBuffer();
        try
        {
            WriteItems(payload.Items, buffer, serializer);
            if (payload.Named.Count > 0)
            {
                WriteNamed(payload.Named, buffer, serializer);
            }

            return new EncodedPayload(WireFormat.Json, buffer.Written, payload.Named.Count > 0 ? 2 : 1, buffer) { Passthru = payload.Passthru };
        }
        catch
        {
            buffer.Dispose();
            throw;
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

            serializer.Serialize(buffer, items[i]);
        }

        buffer.Write("]"u8);
    }

    private static void WriteNamed(IReadOnlyList<KeyValuePair<string, object?>> named, PooledBuffer buffer, IWampPayloadSerializer serializer)
    {
        buffer.Write(","u8);
        var separator = "{\""u8;
        foreach (var (name, value) in named)
        {
            buffer.Write(separator);
            buffer.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
            buffer.Write("\":"u8);
            serializer.Serialize(buffer, value);
            separator = ",\""u8;
        }

        buffer.Write("}"u8);
    }
}
