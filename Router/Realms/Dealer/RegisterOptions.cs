using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>REGISTER.Options as far as the dealer acts on them; everything else is ignored, as the specification asks.</summary>
internal struct RegisterOptions
{
    private bool _forceReregister;
    private bool _discloseCaller;
    private bool _forwardTimeout;

    /// <summary>How the URI is compared with procedures.</summary>
    public MatchPolicy Match { get; private set; }

    /// <summary>Which of several callees gets a call.</summary>
    public InvocationPolicy Invoke { get; private set; }

    /// <summary>Whether to revoke the registration from its present callees.</summary>
    public readonly bool ForceReregister => _forceReregister;

    /// <summary>Whether every caller is to be disclosed to the callee.</summary>
    public readonly bool DiscloseCaller => _discloseCaller;

    /// <summary>Whether the callee wants to enforce the timeouts of calls itself.</summary>
    public readonly bool ForwardTimeout => _forwardTimeout;

    /// <summary>How many calls the callee serves at a time; 0: any number.</summary>
    public int Concurrency { get; private set; }

    /// <summary>The hash of the node key, which gives the callee a share of the sharded calls; null: its session id counts.</summary>
    public ulong? NodeKey { get; private set; }

    /// <summary>Whether no rule covers the URI, so that only the authorizer can have allowed it. Set by the dealer.</summary>
    public bool IsByAuthorizer { readonly get; set; }

    /// <summary>Why the request cannot be granted, or null.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Reads the options. Returns a protocol violation for a value of the wrong type, else null.</summary>
    public static ProtocolViolation? Read(in WampMessage register, out RegisterOptions options)
    {
        options = default;
        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(register.Format, register.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? null : options.Take(key, value);
        }

        return violation;
    }

    private ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("match"u8))
        {
            TakeMatch(value);
        }
        else if (key.SequenceEqual("invoke"u8))
        {
            TakePolicy(value);
        }
        else if (key.SequenceEqual("concurrency"u8))
        {
            TakeConcurrency(value);
        }
        else if (key.SequenceEqual("nkey"u8))
        {
            TakeNodeKey(value);
        }
        else
        {
            return TakeFlag(key, value);
        }

        return null;
    }

    private ProtocolViolation? TakeFlag(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("force_reregister"u8))
        {
            return value.TryGetBoolean(out _forceReregister) ? null : new("REGISTER.Options.force_reregister must be a boolean");
        }

        if (key.SequenceEqual("disclose_caller"u8))
        {
            return value.TryGetBoolean(out _discloseCaller) ? null : new("REGISTER.Options.disclose_caller must be a boolean");
        }

        if (key.SequenceEqual("forward_timeout"u8))
        {
            return value.TryGetBoolean(out _forwardTimeout) ? null : new("REGISTER.Options.forward_timeout must be a boolean");
        }

        return null;
    }

    private void TakeMatch(in WireValue value)
    {
        if (value.TryGetUtf8(out var word) && MatchPolicies.TryParse(word, out var match))
        {
            Match = match;
        }
        else
        {
            Refusal ??= Peers.Refusal.InvalidArgument("REGISTER.Options.match must be 'exact', 'prefix' or 'wildcard'");
        }
    }

    private void TakePolicy(in WireValue value)
    {
        Invoke = value.TextEquals("roundrobin"u8) ? InvocationPolicy.RoundRobin
            : value.TextEquals("random"u8) ? InvocationPolicy.Random
            : value.TextEquals("first"u8) ? InvocationPolicy.First
            : value.TextEquals("last"u8) ? InvocationPolicy.Last
            : InvocationPolicy.Single;
        if (Invoke == InvocationPolicy.Single && !value.TextEquals("single"u8))
        {
            Refusal ??= Peers.Refusal.InvalidArgument("REGISTER.Options.invoke must be 'single', 'roundrobin', 'random', 'first' or 'last'");
        }
    }

    private void TakeConcurrency(in WireValue value)
    {
        if (!value.TryGetInteger(out var concurrency) || concurrency is < 0 or > int.MaxValue)
        {
            Refusal ??= Peers.Refusal.InvalidArgument("REGISTER.Options.concurrency must be the number of calls served at a time, 0 for any");
            return;
        }

        Concurrency = (int)concurrency;
    }

    private void TakeNodeKey(in WireValue value)
    {
        if (RendezvousHash.TryHash(value, out var key))
        {
            NodeKey = key;
        }
        else
        {
            Refusal ??= Peers.Refusal.InvalidArgument("REGISTER.Options.nkey must be a string or an integer");
        }
    }
}
