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
}
