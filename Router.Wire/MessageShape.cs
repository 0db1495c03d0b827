namespace WampRouter.Wire;

/// <summary>What may stand between the code of a message and its payload.</summary>
internal enum MessageElement : byte
{
    None,
    Request,

    /// <summary>A request id that is 0 when the router acts on its own: UNSUBSCRIBED and UNREGISTERED as revocation.</summary>
    RequestOrZero,
    RequestType,
    Session,
    Subscription,
    Publication,
    Registration,
    Text,
    Options,

    /// <summary>A dictionary that may be left out.</summary>
    OptionalOptions,
}

/// <summary>
/// What one message type consists of behind its code. <see cref="TryGet"/> looks it up in one table, the whole of
/// <c>rfc/text/basic/messages.md</c> "Message Definitions" and its advanced siblings.
/// </summary>
internal readonly struct MessageShape
{
    /// <summary>EVENT_RECEIVED has no number in the specification's table; the official test vectors use this one.</summary>
    private const int ProvisionalEventReceived = 337;

    private MessageShape(MessageElement first, MessageElement second = default, MessageElement third = default, MessageElement fourth = default, bool hasPayload = false)
    {
        Elements = (uint)first | ((uint)second << 8) | ((uint)third << 16) | ((uint)fourth << 24);
        HasPayload = hasPayload;
    }

    /// <summary>The elements in order, a byte each, the first one lowest.</summary>
    public uint Elements { get; }

    /// <summary>Whether Arguments and ArgumentsKw may follow.</summary>
    public bool HasPayload { get; }

    /// <summary>The message type and shape of a code on the wire.</summary>
    public static bool TryGet(long wireCode, out MessageCode code, out MessageShape shape)
    {
        code = wireCode switch
        {
            ProvisionalEventReceived => MessageCode.EventReceived,
            >= 0 and <= (long)MessageCode.Yield => (MessageCode)wireCode,
            _ => MessageCode.None,
        };
        shape = ShapeOf(code);
        return shape.Elements != 0;
    }

    private static MessageShape ShapeOf(MessageCode code) => code switch
    {
        MessageCode.Hello => new(MessageElement.Text, MessageElement.Options),
        MessageCode.Welcome => new(MessageElement.Session, MessageElement.Options),
        MessageCode.Abort => new(MessageElement.Options, MessageElement.Text, hasPayload: true),
        MessageCode.Challenge => new(MessageElement.Text, MessageElement.Options),
        MessageCode.Authenticate => new(MessageElement.Text, MessageElement.Options),
        MessageCode.Goodbye => new(MessageElement.Options, MessageElement.Text, hasPayload: true),
        MessageCode.Error => new(MessageElement.RequestType, MessageElement.Request, MessageElement.Options, MessageElement.Text, hasPayload: true),
        MessageCode.Publish => new(MessageElement.Request, MessageElement.Options, MessageElement.Text, hasPayload: true),
        MessageCode.Published => new(MessageElement.Request, MessageElement.Publication),
        MessageCode.Subscribe => new(MessageElement.Request, MessageElement.Options, MessageElement.Text),
        MessageCode.Subscribed => new(MessageElement.Request, MessageElement.Subscription),
        MessageCode.Unsubscribe => new(MessageElement.Request, MessageElement.Subscription),
        MessageCode.Unsubscribed => new(MessageElement.RequestOrZero, MessageElement.OptionalOptions),
        MessageCode.Event => new(MessageElement.Subscription, MessageElement.Publication, MessageElement.Options, hasPayload: true),
        MessageCode.EventReceived => new(MessageElement.Publication),
        MessageCode.Call => new(MessageElement.Request, MessageElement.Options, MessageElement.Text, hasPayload: true),
        MessageCode.Cancel => new(MessageElement.Request, MessageElement.Options),
        MessageCode.Result => new(MessageElement.Request, MessageElement.Options, hasPayload: true),
        MessageCode.Register => new(MessageElement.Request, MessageElement.Options, MessageElement.Text),
        MessageCode.Registered => new(MessageElement.Request, MessageElement.Registration),
        MessageCode.Unregister => new(MessageElement.Request, MessageElement.Registration),
        MessageCode.Unregistered => new(MessageElement.RequestOrZero, MessageElement.OptionalOptions),
        MessageCode.Invocation => new(MessageElement.Request, MessageElement.Registration, MessageElement.Options, hasPayload: true),
        MessageCode.Interrupt => new(MessageElement.Request, MessageElement.Options),
        MessageCode.Yield => new(MessageElement.Request, MessageElement.Options, hasPayload: true),
        _ => default,
    };
}
