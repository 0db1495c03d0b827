using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>CALL.Options as far as the dealer acts on them; everything else is ignored, as the specification asks. Borrows the options.</summary>
internal ref struct CallOptions(WireFormat format, ReadOnlySpan<byte> options)
{
    /// <summary>Whether the caller asks to be disclosed to the callee.</summary>
    public bool DiscloseMe;

    /// <summary>Whether the caller takes progressive results.</summary>
    public bool ReceiveProgress;

    /// <summary>Whether more pieces of this call follow.</summary>
    public bool Progress;

    /// <summary>How long the caller waits, in milliseconds; 0: no limit.</summary>
    public long TimeoutMilliseconds;

    /// <summary>The hash of the key that selects a callee, if <see cref="IsSharded"/>.</summary>
    public ulong ShardKey;

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public PayloadPassthru Passthru = new(format, options);

    /// <summary>Why the options are an invalid argument, or null.</summary>
    public string? Fault;

    private bool _isPartitioned;
    private bool _hasShardKey;

    /// <summary>Whether only the callee that owns <see cref="ShardKey"/> may serve the call.</summary>
    public readonly bool IsSharded => _isPartitioned;

    /// <summary>Reads the options. Returns a protocol violation for a value of the wrong type, else null.</summary>
    public static ProtocolViolation? Read(scoped in WampMessage call, out CallOptions options)
    {
        options = new CallOptions(call.Format, call.Options);
        if (!call.HasOptions)
        {
            return null;
        }

        ProtocolViolation? violation = null;
        var reader = new DictionaryReader(call.Format, call.Options);
        while (violation is null && reader.TryReadNext(out var key, out var value))
        {
            violation = value.Kind is WireKind.Null ? null : options.Take(key, value);
        }

        if (options._isPartitioned != options._hasShardKey)
        {
            options.Fault ??= "CALL.Options.runmode 'partition' and CALL.Options.rkey need each other";
        }

        return violation;
    }

    /// <summary>The protocol violation of a caller that uses an option without having announced its feature, or null.</summary>
    public readonly ProtocolViolation? ViolationOf(PeerFeatures caller) =>
        Progress && (caller & PeerFeatures.CallerProgressiveInvocations) == 0
            ? new("CALL.Options.progress needs the feature progressive_call_invocations, which this caller did not announce")
        : Passthru.IsUsed && (caller & PeerFeatures.CallerPayloadPassthru) == 0
            ? new("CALL.Options.ppt_scheme needs the feature payload_passthru_mode, which this caller did not announce")
        : null;

    private ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("disclose_me"u8))
        {
            return value.TryGetBoolean(out DiscloseMe) ? null : new("CALL.Options.disclose_me must be a boolean");
        }

        if (key.SequenceEqual("receive_progress"u8))
        {
            return value.TryGetBoolean(out ReceiveProgress) ? null : new("CALL.Options.receive_progress must be a boolean");
        }

        if (key.SequenceEqual("progress"u8))
        {
            return value.TryGetBoolean(out Progress) ? null : new("CALL.Options.progress must be a boolean");
        }

        if (key.SequenceEqual("timeout"u8))
        {
            TakeTimeout(value);
        }
        else if (key.SequenceEqual("runmode"u8))
        {
            TakeRunMode(value);
        }
        else if (key.SequenceEqual("rkey"u8))
        {
            TakeShardKey(value);
        }

        return Passthru.Take(key, value);
    }

    private void TakeTimeout(in WireValue value)
    {
        if (!value.TryGetInteger(out TimeoutMilliseconds) || TimeoutMilliseconds is < 0 or > (long)WampId.Max)
        {
            Fault ??= "CALL.Options.timeout must be a number of milliseconds, 0 for none";
        }
    }

    private void TakeRunMode(in WireValue value)
    {
        _isPartitioned = value.TextEquals("partition"u8);
        if (!_isPartitioned)
        {
            Fault ??= "CALL.Options.runmode must be 'partition'";
        }
    }

    private void TakeShardKey(in WireValue value)
    {
        _hasShardKey = RendezvousHash.TryHash(value, out ShardKey);
        if (!_hasShardKey)
        {
            Fault ??= "CALL.Options.rkey must be a string or an integer";
        }
    }
}
