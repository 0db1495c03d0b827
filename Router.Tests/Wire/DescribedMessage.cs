using System.Text;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>A decoded message as the list of values it came from: put together from the members of <see cref="WampMessage"/> alone.</summary>
internal sealed record DescribedMessage(object?[] Elements)
{
    public static DescribedMessage Of(WireFormat format, in WampMessage message)
    {
        object? options = message.Options.IsEmpty ? null : ReferenceCodec.Decode(format, message.Options.ToArray());
        var text = Encoding.UTF8.GetString(message.Text);
        var (request, session, subscription) = ((long)message.Request, (long)message.Session, (long)message.Subscription);
        var (publication, registration) = ((long)message.Publication, (long)message.Registration);
        object?[] head = message.Code switch
        {
            MessageCode.Hello or MessageCode.Challenge or MessageCode.Authenticate => [text, options],
            MessageCode.Welcome => [session, options],
            MessageCode.Abort or MessageCode.Goodbye => [options, text],
            MessageCode.Error => [(long)message.RequestType, request, options, text],
            MessageCode.Publish or MessageCode.Subscribe or MessageCode.Call or MessageCode.Register => [request, options, text],
            MessageCode.Published => [request, publication],
            MessageCode.Subscribed or MessageCode.Unsubscribe => [request, subscription],
            MessageCode.Unsubscribed or MessageCode.Unregistered => options is null ? [request] : [request, options],
            MessageCode.Event => [subscription, publication, options],
            MessageCode.EventReceived => [publication],
            MessageCode.Cancel or MessageCode.Result or MessageCode.Interrupt or MessageCode.Yield => [request, options],
            MessageCode.Registered or MessageCode.Unregister => [request, registration],
            MessageCode.Invocation => [request, registration, options],
            _ => throw new ArgumentException($"no message: {message.Code}"),
        };
        return new DescribedMessage([(long)message.Code, .. head, .. PayloadOf(message.Payload)]);
    }

    /// <summary>The elements of a payload.</summary>
    public static object?[] PayloadOf(in Payload payload)
    {
        var tail = payload.ToArray();
        return payload.Format switch
        {
            _ when payload.Count == 0 => [],
            WireFormat.Json => (object?[])ReferenceCodec.Decode(WireFormat.Json, [(byte)'[', .. tail, (byte)']'])!,
            WireFormat.MessagePack => (object?[])ReferenceCodec.Decode(WireFormat.MessagePack, [(byte)(0x90 + payload.Count), .. tail])!,
            _ => (object?[])ReferenceCodec.Decode(WireFormat.Cbor, [(byte)(0x80 + payload.Count), .. tail])!,
        };
    }

    public override string ToString() => Encoding.UTF8.GetString(ReferenceCodec.Encode(WireFormat.Json, Elements));
}
