using WampRouter.Realms.Messages;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>YIELD.Options as far as the dealer acts on them, and the part that goes into RESULT.Details. Borrows the options.</summary>
internal ref struct YieldOptions(WireFormat format, ReadOnlySpan<byte> options)
{
    /// <summary>Whether more results of this call follow.</summary>
    public bool Progress;

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public PayloadPassthru Passthru = new(format, options);

    /// <summary>Reads the options. Returns a protocol violation for a value of the wrong type, else null.</summary>
    public static ProtocolViolation? Read(in WampMessage yield, out YieldOptions options)
    {
        options = new YieldOptions(yield.Format, yield.Options);
        if (!yield.HasOptions)
        {
            return null;
        }

        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(yield.Format, yield.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? null
                : key.SequenceEqual("progress"u8) && !value.TryGetBoolean(out options.Progress)
                ? new("YIELD.Options.progress must be a boolean")
                : options.Passthru.Take(key, value);
        }

        return violation;
    }

    /// <summary>Writes RESULT.Details.</summary>
    public readonly void WriteTo(MessageWriter writer)
    {
        var count = Passthru.Count + (Progress ? 1 : 0);
        if (count == 0)
        {
            writer.WriteEmptyDictionary();
            return;
        }

        writer.BeginDictionary(count);
        if (Progress)
        {
            writer.WriteKey("progress"u8);
            writer.WriteBoolean(true);
        }

        Passthru.WriteTo(writer);
        writer.EndDictionary();
    }
}
