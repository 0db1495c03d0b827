using WampRouter.Wire;

namespace WampRouter.Client.Serialization;

/// <summary>A dictionary of the application's as JSON, which every format of the wire can be made from.</summary>
internal static class EncodedDictionary
{
    /// <exception cref="WampSerializationException">The serializer does not write one of the values.</exception>
    public static byte[] From(IReadOnlyDictionary<string, object?> entries, IWampPayloadSerializer serializer)
    {
        // A list of it is what the serializer's output is checked as.
        using var list = EncodedPayload.From([new Dictionary<string, object?>(entries)], serializer);
        return list.Payload.Tail[1..^1].ToArray();
    }

    /// <summary>Writes it as the next value of a message.</summary>
    /// <exception cref="WampSerializationException">The connection's format cannot say it.</exception>
    public static void WriteTo(MessageWriter writer, ReadOnlySpan<byte> json)
    {
        if (!writer.TryWriteValue(new WireValue(WireFormat.Json, json), out var fault))
        {
            throw new WampSerializationException($"What the client says to authenticate cannot be sent in {writer.Format}, which this connection speaks: {fault}.");
        }
    }
}
