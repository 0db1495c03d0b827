using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>SUBSCRIBE.Options as far as the broker acts on them; everything else is ignored, as the specification asks.</summary>
internal struct SubscribeOptions
{
    private bool _getRetained;

    /// <summary>How the topic is compared with those published to.</summary>
    public MatchPolicy Match { get; private set; }

    /// <summary>Whether the subscriber wants the event that was retained before it came.</summary>
    public readonly bool GetRetained => _getRetained;

    /// <summary>The hash of the node key, or 0: see <see cref="Subscriber.Node"/>.</summary>
    public ulong Node { get; private set; }

    /// <summary>What makes it an invalid argument, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the options; a value of the wrong type is a protocol violation, described in <paramref name="violation"/>.</summary>
    public static bool TryRead(in WampMessage subscribe, out SubscribeOptions options, out string? violation)
    {
        options = default;
        violation = null;
        var reader = new DictionaryReader(subscribe.Format, subscribe.Options);
        while (reader.TryReadNext(out var key, out var value))
        {
            violation ??= value.Kind is WireKind.Null ? null : options.Take(key, value);
        }

        return violation is null;
    }

    private string? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("get_retained"u8))
        {
            return value.TryGetBoolean(out _getRetained) ? null : "SUBSCRIBE.Options.get_retained must be a boolean";
        }

        if (key.SequenceEqual("nkey"u8))
        {
            var isKey = RendezvousHash.TryHash(value, out var node);
            Node = Math.Max(node, 1);
            Fault ??= isKey ? null : "SUBSCRIBE.Options.nkey must be a string or an integer";
            return null;
        }

        return key.SequenceEqual("match"u8) ? TakeMatch(value) : OptionRules.CheckCommon(key, value);
    }

    private string? TakeMatch(in WireValue value)
    {
        if (!value.TryGetUtf8(out var match) || !MatchPolicies.TryParse(match, out var policy))
        {
            return "SUBSCRIBE.Options.match must be 'exact', 'prefix' or 'wildcard'";
        }

        Match = policy;
        return null;
    }
}
