namespace WampRouter.Wire;

/// <summary>
/// One decoded message of any type. Which members carry something follows from <see cref="Code"/>; the rest are zero or empty.
/// Borrows the receive buffer: never store it, never await while holding it (the compiler enforces that sentence).
/// </summary>
internal ref struct WampMessage
{
    /// <summary>The serializer that <see cref="Options"/> and <see cref="Payload"/> are encoded in.</summary>
    public WireFormat Format;

    /// <summary>The message type.</summary>
    public MessageCode Code;

    /// <summary>REQUEST.Type of an ERROR.</summary>
    public MessageCode RequestType;

    /// <summary>The request id: of this message, or of the request it answers.</summary>
    public ulong Request;

    /// <summary>WELCOME.Session</summary>
    public ulong Session;

    /// <summary>The subscription of SUBSCRIBED, UNSUBSCRIBE and EVENT.</summary>
    public ulong Subscription;

    /// <summary>The publication of PUBLISHED, EVENT and EVENT_RECEIVED.</summary>
    public ulong Publication;

    /// <summary>The registration of REGISTERED, UNREGISTER and INVOCATION.</summary>
    public ulong Registration;

    /// <summary>
    /// The one string of the message as UTF-8 without escapes: topic, procedure, realm, reason, error, AuthMethod or Signature.
    /// Not checked as a URI: which rule applies is for the realm to know.
    /// </summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>Options, Details or Extra: the encoded dictionary, validated as encoding; read it with <c>DictionaryReader</c>.</summary>
    public ReadOnlySpan<byte> Options;

    /// <summary>Whether <see cref="Options"/> holds anything: no format has a dictionary with an entry in two bytes.</summary>
    public readonly bool HasOptions => Options.Length > 2;

    /// <summary>
    /// An option of a message that cannot be taken, or whose end was never read: looked for as far as its options can be read. Null where it may be
    /// among what cannot.
    /// </summary>
    public readonly bool? FindFlag(ReadOnlySpan<byte> key)
    {
        var options = new DictionaryReader(Format, Options);
        return options.TryFind(key, out var value) ? value.TryGetBoolean(out var flag) && flag
            : options.EndedEarly ? null
            : false;
    }

    /// <summary>Arguments and ArgumentsKw, raw.</summary>
    public Payload Payload;
}
