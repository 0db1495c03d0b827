using WampRouter.Wire;

namespace WampRouter.Client.Serialization;

/// <summary>Encoded values as JSON, whatever format they came in. What is returned may be borrowed: read it before the next call on this thread.</summary>
internal static class WireJson
{
    private static readonly WireEncoding Json = new(WireFormat.Json, Framing.WebSocket);

    // A message of this type is only the envelope to transcode in: "[70," precedes its content.
    private const MessageCode Envelope = MessageCode.Yield;
    private const int EnvelopeLength = 4;

    /// <exception cref="FormatException">JSON has no way to say the value.</exception>
    public static ReadOnlySpan<byte> FromValue(in WireValue value)
    {
        if (value.Format == WireFormat.Json)
        {
            return value.Raw;
        }

        var writer = MessageWriter.ForThread(Json);
        writer.Begin(Envelope, 2);
        if (!writer.TryWriteValue(value, out var fault))
        {
            throw new FormatException(fault);
        }

        writer.End();
        return writer.Body[EnvelopeLength..^1];
    }

    /// <summary>The payload as one JSON list of its one or two elements, in an array of its own.</summary>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: JSON has no way to say it.</exception>
    public static byte[] ListFrom(in Payload payload)
    {
        if (payload.Format == WireFormat.Json)
        {
            return [(byte)'[', .. payload.ToArray(), (byte)']'];
        }

        var writer = MessageWriter.ForThread(Json);
        writer.Begin(Envelope, 1 + payload.Count);
        if (!writer.TryWritePayload(payload, out var fault))
        {
            throw new WampException(WampErrorUri.InvalidArgument, $"The arguments cannot be read: {fault}.");
        }

        writer.End();
        return [(byte)'[', .. writer.Body[EnvelopeLength..]];
    }
}
