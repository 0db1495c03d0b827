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

    private static readonly MessageShape[] ByCode = BuildTable();

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
        code = wireCode == ProvisionalEventReceived ? MessageCode.EventReceived : (MessageCode)wireCode;
        shape = (ulong)code < (ulong)ByCode.Length ? ByCode[(int)code] : default;
        return shape.Elements != 0;
    }

    private static MessageShape[] BuildTable()
    {
        const MessageElement request = MessageElement.Request;
        const MessageElement text = MessageElement.Text;
        const MessageElement options = MessageElement.Options;

        var table = new MessageShape[(int)MessageCode.Yield + 1];
        table[(int)MessageCode.Hello] = new(text, options);
        table[(int)MessageCode.Welcome] = new(MessageElement.Session, options);
        table[(int)MessageCode.Abort] = new(options, text, hasPayload: true);
        table[(int)MessageCode.Challenge] = new(text, options);
        table[(int)MessageCode.Authenticate] = new(text, options);
        table[(int)MessageCode.Goodbye] = new(options, text, hasPayload: true);
        table[(int)MessageCode.Error] = new(MessageElement.RequestType, request, options, text, hasPayload: true);
        table[(int)MessageCode.Publish] = new(request, options, text, hasPayload: true);
        table[(int)MessageCode.Published] = new(request, MessageElement.Publication);
        table[(int)MessageCode.Subscribe] = new(request, options, text);
        table[(int)MessageCode.Subscribed] = new(request, MessageElement.Subscription);
        table[(int)MessageCode.Unsubscribe] = new(request, MessageElement.Subscription);
        table[(int)MessageCode.Unsubscribed] = new(MessageElement.RequestOrZero, MessageElement.OptionalOptions);
        table[(int)MessageCode.Event] = new(MessageElement.Subscription, MessageElement.Publication, options, hasPayload: true);
        table[(int)MessageCode.EventReceived] = new(MessageElement.Publication);
        table[(int)MessageCode.Call] = new(request, options, text, hasPayload: true);
        table[(int)MessageCode.Cancel] = new(request, options);
        table[(int)MessageCode.Result] = new(request, options, hasPayload: true);
        table[(int)MessageCode.Register] = new(request, options, text);
        table[(int)MessageCode.Registered] = new(request, MessageElement.Registration);
        table[(int)MessageCode.Unregister] = new(request, MessageElement.Registration);
        table[(int)MessageCode.Unregistered] = new(MessageElement.RequestOrZero, MessageElement.OptionalOptions);
        table[(int)MessageCode.Invocation] = new(request, MessageElement.Registration, options, hasPayload: true);
        table[(int)MessageCode.Interrupt] = new(request, options);
        table[(int)MessageCode.Yield] = new(request, options, hasPayload: true);
        return table;
    }
}
