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

    /// <summary>Whether the publisher says nothing: the way of most publications.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether the publisher waits for PUBLISHED or ERROR.</summary>
    public readonly bool Acknowledge => _acknowledge;

    /// <summary>Whether the publisher itself gets no EVENT; true unless it says otherwise.</summary>
    public readonly bool ExcludeMe => _excludeMe;

    /// <summary>Whether subscribers are told who publishes.</summary>
    public readonly bool DiscloseMe => _discloseMe;

    /// <summary>Whether it is kept for those who subscribe later.</summary>
    public readonly bool Retain => _retain;

    /// <summary>To whom the publisher restricts it; null: to nobody.</summary>
    public ReceiverFilter? Receivers { get; private set; }

    /// <summary>What makes it an invalid argument, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>How the payload is made, where the router is not to look into it.</summary>
    public readonly PayloadPassthru Passthru => _passthru;

    /// <summary>The hash of the resource key, by which one node gets it; 0: every node does.</summary>
    public ulong Shard { get; private set; }

    /// <summary>Reads the options; a value of the wrong type is a protocol violation, described in <paramref name="violation"/>.</summary>
    public static bool TryRead(in WampMessage publish, out PublishOptions options, out string? violation)
    {
        options = new PublishOptions(publish);
        violation = null;
        if (options.IsEmpty)
        {
            return true;
        }

        var reader = new DictionaryReader(publish.Format, publish.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? options.TakeNull(key) : options.Take(key, value);
        }

        return violation is null;
    }

    /// <summary>Null counts as not given; but a list of receivers taken for none would widen the circle of receivers, and that is not for us to guess.</summary>
    private string? TakeNull(ReadOnlySpan<byte> key)
    {
        if (ReceiverFilter.IsKey(key) && !key.SequenceEqual("exclude_me"u8))
        {
            Fault ??= "a list of those who may or may not receive a publication must not be null: leave it out, or say who";
        }

        return null;
    }

    private string? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("acknowledge"u8))
        {
            return value.TryGetBoolean(out _acknowledge) ? null : "PUBLISH.Options.acknowledge must be a boolean";
        }

        if (key.SequenceEqual("exclude_me"u8))
        {
            return value.TryGetBoolean(out _excludeMe) ? null : "PUBLISH.Options.exclude_me must be a boolean";
        }

        if (key.SequenceEqual("disclose_me"u8))
        {
            return value.TryGetBoolean(out _discloseMe) ? null : "PUBLISH.Options.disclose_me must be a boolean";
        }

        if (key.SequenceEqual("retain"u8))
        {
            return value.TryGetBoolean(out _retain) ? null : "PUBLISH.Options.retain must be a boolean";
        }

        if (key.SequenceEqual("rkey"u8))
        {
            var isKey = RendezvousHash.TryHash(value, out var shard);
            Shard = Math.Max(shard, 1);
            Fault ??= isKey ? null : "PUBLISH.Options.rkey must be a string or an integer";
            return null;
        }

        return ReceiverFilter.IsKey(key) ? (Receivers ??= new ReceiverFilter()).Take(key, value) : _passthru.Take(key, value) ?? OptionRules.CheckCommon(key, value);
    }
}
