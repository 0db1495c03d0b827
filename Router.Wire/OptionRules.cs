namespace WampRouter.Wire;

/// <summary>
/// What the options of PUBLISH and SUBSCRIBE and the details of EVENT must hold where they are given: a wrong type is a protocol
/// violation (the validation samples of the official test vectors). Options that are not listed are nobody's business here, and
/// null counts as not given. Costs nothing for empty options.
/// </summary>
/// <remarks>CALL.timeout and the like are not here: the specification answers them with an ERROR, not with an ABORT.</remarks>
internal static class OptionRules
{
    /// <summary>Checks one decoded message.</summary>
    /// <param name="format">What it was encoded in.</param>
    /// <param name="message">The message.</param>
    /// <param name="fault">The option that is wrong, and what it must be.</param>
    public static bool TryCheck(WireFormat format, in WampMessage message, out string? fault)
    {
        fault = null;
        if (!message.HasOptions || message.Code is not (MessageCode.Publish or MessageCode.Subscribe or MessageCode.Event))
        {
            return true;
        }

        var options = new DictionaryReader(format, message.Options);
        while (fault is null && options.TryReadNext(out var key, out var value))
        {
            if (value.Kind is not WireKind.Null)
            {
                fault = message.Code switch
                {
                    MessageCode.Publish => CheckPublish(key, value),
                    MessageCode.Subscribe => CheckSubscribe(key, value),
                    _ => CheckEvent(key, value),
                };
            }
        }

        return fault is null;
    }

    private static string? CheckPublish(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.StartsWith("exclude"u8) || key.StartsWith("eligible"u8))
        {
            return CheckReceivers(key, value);
        }

        return key switch
        {
            _ when key.SequenceEqual("acknowledge"u8) => value.Kind is WireKind.Boolean ? null : "acknowledge is not a boolean",
            _ when key.SequenceEqual("retain"u8) => value.Kind is WireKind.Boolean ? null : "retain is not a boolean",
            _ => CheckCommon(key, value),
        };
    }

    private static string? CheckReceivers(ReadOnlySpan<byte> key, in WireValue value) => key switch
    {
        _ when key.SequenceEqual("exclude_me"u8) => value.Kind is WireKind.Boolean ? null : "exclude_me is not a boolean",
        _ when key.SequenceEqual("exclude"u8) => IsListOf(value, WireKind.Integer) ? null : "exclude is not a list of session ids",
        _ when key.SequenceEqual("exclude_authid"u8) => IsListOf(value, WireKind.Text) ? null : "exclude_authid is not a list of texts",
        _ when key.SequenceEqual("exclude_authrole"u8) => IsListOf(value, WireKind.Text) ? null : "exclude_authrole is not a list of texts",
        _ when key.SequenceEqual("eligible"u8) => IsListOf(value, WireKind.Integer) ? null : "eligible is not a list of session ids",
        _ when key.SequenceEqual("eligible_authid"u8) => IsListOf(value, WireKind.Text) ? null : "eligible_authid is not a list of texts",
        _ when key.SequenceEqual("eligible_authrole"u8) => IsListOf(value, WireKind.Text) ? null : "eligible_authrole is not a list of texts",
        _ => null,
    };

    private static string? CheckSubscribe(ReadOnlySpan<byte> key, in WireValue value) => key switch
    {
        _ when key.SequenceEqual("match"u8) =>
            value.TextEquals("exact"u8) || value.TextEquals("prefix"u8) || value.TextEquals("wildcard"u8) ? null : "match is not exact, prefix or wildcard",
        _ when key.SequenceEqual("get_retained"u8) => value.Kind is WireKind.Boolean ? null : "get_retained is not a boolean",
        _ => CheckCommon(key, value),
    };

    private static string? CheckEvent(ReadOnlySpan<byte> key, in WireValue value) => key switch
    {
        _ when key.SequenceEqual("publisher"u8) => value.TryGetId(out _) ? null : "publisher is not a session id",
        _ when key.SequenceEqual("publisher_authid"u8) => value.Kind is WireKind.Text ? null : "publisher_authid is not a text",
        _ when key.SequenceEqual("publisher_authrole"u8) => value.Kind is WireKind.Text ? null : "publisher_authrole is not a text",
        _ when key.SequenceEqual("topic"u8) => value.Kind is WireKind.Text ? null : "topic is not a text",
        _ when key.SequenceEqual("retained"u8) => value.Kind is WireKind.Boolean ? null : "retained is not a boolean",
        _ when key.SequenceEqual("x_acknowledged_delivery"u8) => value.Kind is WireKind.Boolean ? null : "x_acknowledged_delivery is not a boolean",
        _ => CheckCommon(key, value),
    };

    /// <summary>Checks one option that means the same in all of these messages and that the router does not act on. Returns what is wrong with it, or null.</summary>
    public static string? CheckCommon(ReadOnlySpan<byte> key, in WireValue value) => key switch
    {
        _ when key.SequenceEqual("transaction_hash"u8) => value.Kind is WireKind.Text ? null : "transaction_hash is not a text",
        _ when key.SequenceEqual("forward_for"u8) => IsListOf(value, WireKind.Dictionary) ? null : "forward_for is not a list of dictionaries",
        _ when key.SequenceEqual("enc_algo"u8) => IsKnownCipher(value) ? null : "enc_algo is unknown",
        _ => null,
    };

    private static bool IsListOf(in WireValue value, WireKind kind)
    {
        var items = value.AsList();
        while (items.TryReadNext(out var item))
        {
            if (kind is WireKind.Integer ? !item.TryGetId(out _) : item.Kind != kind)
            {
                return false;
            }
        }

        return value.Kind is WireKind.List;
    }

    private static bool IsKnownCipher(in WireValue value) =>
        value.TryGetUtf8(out var name)
        && (name.SequenceEqual("cryptobox"u8) || name.SequenceEqual("mqtt"u8) || name.SequenceEqual("xbr"u8) || name.StartsWith("x_"u8));
}
