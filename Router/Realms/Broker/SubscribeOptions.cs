using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>SUBSCRIBE.Options as far as the broker acts on them; everything else is ignored, as the specification asks.</summary>
internal struct SubscribeOptions
{
    private bool _getRetained;

    /// <summary>How the URI is compared with topics.</summary>
    public MatchPolicy Match { get; private set; }

    /// <summary>Whether the subscriber wants events that were retained before it subscribed.</summary>
    public readonly bool GetRetained => _getRetained;

    /// <summary>The hash of the node key, or 0: see <see cref="Subscriber.Node"/>.</summary>
    public ulong Node { get; private set; }

    /// <summary>Whether no rule covers the URI, so that only the authorizer can have allowed it. Set by the broker.</summary>
    public bool IsByAuthorizer { readonly get; set; }

    /// <summary>Why the options are an invalid argument, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the options. Returns a protocol violation for a value of the wrong type, else null.</summary>
    public static ProtocolViolation? Read(in WampMessage subscribe, out SubscribeOptions options)
    {
        options = default;
        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(subscribe.Format, subscribe.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? null : options.Take(key, value);
        }

        return violation;
    }

    private ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("get_retained"u8))
        {
            return value.TryGetBoolean(out _getRetained) ? null : new("SUBSCRIBE.Options.get_retained must be a boolean");
        }

        if (key.SequenceEqual("nkey"u8))
        {
            var isKey = RendezvousHash.TryHash(value, out var node);
            Node = Math.Max(node, 1);
            Fault ??= isKey ? null : "SUBSCRIBE.Options.nkey must be a string or an integer";
            return null;
        }

        return key.SequenceEqual("match"u8) ? TakeMatch(value) : ProtocolViolation.Of(OptionRules.CheckCommon(key, value));
    }

    private ProtocolViolation? TakeMatch(in WireValue value)
    {
        if (!value.TryGetUtf8(out var match) || !MatchPolicies.TryParse(match, out var policy))
        {
            return new("SUBSCRIBE.Options.match must be 'exact', 'prefix' or 'wildcard'");
        }

        Match = policy;
        return null;
    }
}
