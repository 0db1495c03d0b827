using WampRouter.Wire;

namespace WampRouter.Fuzzing;

/// <summary>The readers of one format, and the way from there into the others: what was taken can be written, and what is written can be read.</summary>
internal sealed class WireTarget(WireFormat format) : Target
{
    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    /// <inheritdoc />
    public override IEnumerable<byte[]> Seeds() => Messages(format);

    /// <inheritdoc />
    public override void Take(ReadOnlySpan<byte> input)
    {
        MessageReader.TryReadHead(format, input, out _, out _);
        if (!MessageReader.TryRead(format, input, out var message, out var fault))
        {
            Expect(fault is not null, "what is refused is refused for a reason");
            return;
        }

        OptionRules.TryCheck(format, message, out _);
        foreach (var target in Formats)
        {
            var writer = MessageWriter.ForThread(new WireEncoding(target, Framing.WebSocket));
            writer.Begin(MessageCode.Result, 3 + message.Payload.Count);
            writer.WriteId(1);
            if (TryWriteOptions(writer, message.Options) && writer.TryWritePayload(message.Payload, out _) && writer.TryEnd(out _))
            {
                Expect(MessageReader.TryRead(target, writer.Body, out var again, out fault), $"what is written as {target} can be read: {fault}");
                Expect(again.Payload.Count == message.Payload.Count, $"as much comes out of {target} as was put in");
            }
        }
    }

    private bool TryWriteOptions(MessageWriter writer, ReadOnlySpan<byte> options)
    {
        if (!options.IsEmpty)
        {
            return writer.TryWriteValue(new WireValue(format, options), out _);
        }

        writer.WriteEmptyDictionary();
        return true;
    }
}
