using WampRouter.Realms.Messages;
using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>PUBLISH.Options as far as the broker acts on them; everything else is ignored, as the specification asks.</summary>
internal ref struct PublishOptions
{
    private bool _acknowledge;
    private bool _excludeMe = true;
    private bool _discloseMe;
    private bool _retain;

    private PayloadPassthru _passthru;

    private PublishOptions(in WampMessage publish)
    {
        IsEmpty = !publish.HasOptions;
        _passthru = new PayloadPassthru(publish.Format, publish.Options);
    }

    /// <summary>Whether there are no options, as with most publications.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether the publisher waits for PUBLISHED or ERROR.</summary>
    public readonly bool Acknowledge => _acknowledge;

    /// <summary>Whether the publisher itself gets no EVENT; true by default.</summary>
    public readonly bool ExcludeMe => _excludeMe;

    /// <summary>Whether the publisher's identity is disclosed to subscribers.</summary>
    public readonly bool DiscloseMe => _discloseMe;

    /// <summary>Whether the event is retained for later subscribers.</summary>
    public readonly bool Retain => _retain;

    /// <summary>The publisher's restriction of receivers; null: none.</summary>
    public ReceiverFilter? Receivers { get; private set; }

    /// <summary>Why the options are an invalid argument, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public readonly PayloadPassthru Passthru => _passthru;

    /// <summary>The hash of the resource key, which selects one node; 0: every node gets the publication.</summary>
    public ulong Shard { get; private set; }

    /// <summary>Reads the options. Returns a protocol violation for a value of the wrong type, else null.</summary>
    public static ProtocolViolation? Read(in WampMessage publish, out PublishOptions options)
    {
        options = new PublishOptions(publish);
        if (options.IsEmpty)
        {
            return null;
        }

        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(publish.Format, publish.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? options.TakeNull(key) : options.Take(key, value);
        }

        return violation;
    }

    /// <summary>Null counts as a missing option. But a list of receivers is refused if it is null: ignoring it could send the event to more receivers than was meant.</summary>
    private ProtocolViolation? TakeNull(ReadOnlySpan<byte> key)
    {
        if (ReceiverFilter.IsKey(key) && !key.SequenceEqual("exclude_me"u8))
        {
            Fault ??= "a list of those who may or may not receive a publication must not be null: leave it out, or say who";
        }

        return null;
    }

    private ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("acknowledge"u8))
        {
            return value.TryGetBoolean(out _acknowledge) ? null : new("PUBLISH.Options.acknowledge must be a boolean");
        }

        if (key.SequenceEqual("exclude_me"u8))
        {
            return value.TryGetBoolean(out _excludeMe) ? null : new("PUBLISH.Options.exclude_me must be a boolean");
        }

        if (key.SequenceEqual("disclose_me"u8))
        {
            return value.TryGetBoolean(out _discloseMe) ? null : new("PUBLISH.Options.disclose_me must be a boolean");
        }

        if (key.SequenceEqual("retain"u8))
        {
            return value.TryGetBoolean(out _retain) ? null : new("PUBLISH.Options.retain must be a boolean");
        }

        if (key.SequenceEqual("rkey"u8))
        {
            var isKey = RendezvousHash.TryHash(value, out var shard);
            Shard = Math.Max(shard, 1);
            Fault ??= isKey ? null : "PUBLISH.Options.rkey must be a string or an integer";
            return null;
        }

        return ReceiverFilter.IsKey(key) ? (Receivers ??= new ReceiverFilter()).Take(key, value) : _passthru.Take(key, value) ?? ProtocolViolation.Of(OptionRules.CheckCommon(key, value));
    }
}
