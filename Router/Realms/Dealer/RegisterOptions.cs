using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>REGISTER.Options as far as the dealer acts on them; everything else is ignored, as the specification asks.</summary>
internal struct RegisterOptions
{
    private bool _forceReregister;

    /// <summary>Who of several callees is called.</summary>
    public InvocationPolicy Invoke { get; private set; }

    /// <summary>Whether whoever serves the procedure now has to go.</summary>
    public readonly bool ForceReregister => _forceReregister;

    /// <summary>Why what is asked for cannot be granted, or null.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Reads the options. Returns a protocol violation, which is a value of the wrong type, or null.</summary>
    public static string? Read(in WampMessage register, out RegisterOptions options)
    {
        options = default;
        string? violation = null;
        var reader = new DictionaryReader(register.Format, register.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = options.Take(key, value);
        }

        return violation;
    }

    private string? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("invoke"u8))
        {
            TakePolicy(value);
        }
        else if (key.SequenceEqual("match"u8) && !value.TextEquals("exact"u8))
        {
            Refusal ??= Realms.Refusal.NotOffered("pattern-based registrations");
        }
        else if (key.SequenceEqual("force_reregister"u8) && !value.TryGetBoolean(out _forceReregister))
        {
            return "REGISTER.Options.force_reregister must be a boolean";
        }

        return null;
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
            Refusal ??= Realms.Refusal.InvalidArgument("REGISTER.Options.invoke must be 'single', 'roundrobin', 'random', 'first' or 'last'");
        }
    }
}
