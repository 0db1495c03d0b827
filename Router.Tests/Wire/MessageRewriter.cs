using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>Writes a decoded message again, in any format: what a router does, without the routing.</summary>
internal static class MessageRewriter
{
    /// <returns>The message without frame header.</returns>
    public static byte[] Write(WireFormat format, in WampMessage message, MessageCode code, WireFormat target)
    {
        var writer = MessageWriter.ForThread(new WireEncoding(target, Framing.WebSocket));
        Assert.That(MessageShape.TryGet((long)message.Code, out _, out var shape), Is.True);
        var count = 0;
        for (var elements = shape.Elements; elements != 0; elements >>= 8)
        {
            count += (MessageElement)(byte)elements is MessageElement.OptionalOptions && message.Options.IsEmpty ? 0 : 1;
        }

        writer.Begin(code, 1 + count + message.Payload.Count);
        for (var elements = shape.Elements; elements != 0; elements >>= 8)
        {
            WriteElement(writer, format, message, (MessageElement)(byte)elements);
        }

        Assert.That(writer.TryWritePayload(message.Payload, out var fault), Is.True, fault);
        writer.End();
        return writer.Body.ToArray();
    }

    private static void WriteElement(MessageWriter writer, WireFormat format, in WampMessage message, MessageElement element)
    {
        switch (element)
        {
            case MessageElement.Text:
                writer.WriteText(message.Text);
                break;
            case MessageElement.Options or MessageElement.OptionalOptions:
                if (!message.Options.IsEmpty)
                {
                    writer.WriteValue(new WireValue(format, message.Options));
                }

                break;
            default:
                writer.WriteId(element switch
                {
                    MessageElement.Request or MessageElement.RequestOrZero => message.Request,
                    MessageElement.RequestType => (ulong)message.RequestType,
                    MessageElement.Session => message.Session,
                    MessageElement.Subscription => message.Subscription,
                    MessageElement.Publication => message.Publication,
                    _ => message.Registration,
                });
                break;
        }
    }
}
