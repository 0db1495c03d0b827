using WampRouter.Wire;

namespace WampRouter.Realms.Messages;

/// <summary>
/// The <c>ppt_*</c> attributes of a message. They tell the receiver how the payload is encoded; the router never looks into the payload
/// (<c>rfc/text/advanced/payload_passthru_mode.md</c>). W3C trace context is passed on the same way, as <c>_traceparent</c> and <c>_tracestate</c>: custom attributes, which the
/// specification allows. Call <see cref="Take"/> for every option while reading them; borrows the options.
/// </summary>
internal ref struct PayloadPassthru(WireFormat format, ReadOnlySpan<byte> options)
{
    private const int MaxTraceParentBytes = 64;     // version 00 has 55
    private const int MaxTraceStateBytes = 512;     // W3C asks that at least this much is passed on

    private readonly WireFormat _format = format;
    private readonly ReadOnlySpan<byte> _options = options;
    private int _attributes;
    private int _traceAttributes;
    private bool _namesScheme;

    /// <summary>How the options are encoded.</summary>
    public readonly WireFormat Format => _format;

    /// <summary>All options of the message, as they came.</summary>
    public readonly ReadOnlySpan<byte> EncodedOptions => _options;

    /// <summary>Whether the message uses passthru mode: it names a scheme. Without one the other attributes mean nothing.</summary>
    public readonly bool IsUsed => _namesScheme;

    /// <summary>How many entries <see cref="WriteTo"/> writes.</summary>
    public readonly int Count => (_namesScheme ? _attributes : 0) + _traceAttributes;

    /// <summary>Reads the attributes of a message that has no other options of interest.</summary>
    public static ProtocolViolation? Read(in WampMessage message, out PayloadPassthru passthru)
    {
        passthru = new PayloadPassthru(message.Format, message.Options);
        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(message.Format, message.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = passthru.Take(key, value);
        }

        return violation;
    }

    /// <summary>Takes note of one option. Returns a protocol violation, or null.</summary>
    public ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (!IsAttribute(key, value))
        {
            _traceAttributes += IsTraceContext(key, value) ? 1 : 0;
            return null;
        }

        if (!value.TryGetUtf8(out var text))
        {
            return new("ppt_scheme, ppt_serializer, ppt_cipher and ppt_keyid must be strings");
        }

        _attributes++;
        _namesScheme |= key.SequenceEqual("ppt_scheme"u8) && !text.IsEmpty;
        return null;
    }

    /// <summary>Copies the attributes into the dictionary being written.</summary>
    public readonly void WriteTo(MessageWriter writer)
    {
        if (Count == 0)
        {
            return;
        }

        var reader = new DictionaryReader(_format, _options);
        while (reader.TryReadNext(out var key, out var value))
        {
            if ((_namesScheme && IsAttribute(key, value)) || IsTraceContext(key, value))
            {
                writer.WriteKey(key);
                writer.WriteValue(value);
            }
        }
    }

    /// <summary>Values that cannot be trace context are ignored, like every unknown attribute.</summary>
    private static bool IsTraceContext(ReadOnlySpan<byte> key, in WireValue value) =>
        key.StartsWith("_trace"u8)
        && ((key.SequenceEqual("_traceparent"u8) && IsText(value, MaxTraceParentBytes)) || (key.SequenceEqual("_tracestate"u8) && IsText(value, MaxTraceStateBytes)));

    private static bool IsText(in WireValue value, int most) => value.TryGetUtf8(out var text) && text.Length <= most;

    /// <summary>An attribute that is null counts as missing.</summary>
    private static bool IsAttribute(ReadOnlySpan<byte> key, in WireValue value) =>
        key.StartsWith("ppt_"u8)
        && value.Kind is not WireKind.Null
        && (key.SequenceEqual("ppt_scheme"u8) || key.SequenceEqual("ppt_serializer"u8) || key.SequenceEqual("ppt_cipher"u8) || key.SequenceEqual("ppt_keyid"u8));
}
