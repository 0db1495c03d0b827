using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>The procedures that add and remove testaments of the caller's session (<c>rfc/text/advanced/pubsub_testament.md</c>).</summary>
internal sealed class TestamentProcedures(EventBroker broker)
{
    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All =>
    [
        ("wamp.session.add_testament", Add),
        ("wamp.session.flush_testaments", Flush),
    ];

    private Refusal? Add(in MetaCall call)
    {
        if (ReadScope(call, out var scope) is { } wrongScope)
        {
            return wrongScope;
        }

        if (Read(call, scope, out var testament) is { } wrongArguments)
        {
            return wrongArguments;
        }

        // A testament that could not be published now is refused now, while the client can still get the error.
        var publish = testament!.ToPublish();
        var refusal = OptionRules.TryCheck(testament.Format, publish, out var fault) ? broker.Judge(call.Caller, call.Role, publish) : Refusal.InvalidArgument(fault!);
        refusal ??= call.Caller.Testaments!.Add(testament);
        if (refusal is null)
        {
            call.ReturnNothing();
        }

        return refusal;
    }

    private static Refusal? Flush(in MetaCall call)
    {
        if (ReadScope(call, out var scope) is { } refusal)
        {
            return refusal;
        }

        call.Caller.Testaments?.Flush(scope);
        return call.ReturnNothing();
    }

    private static Refusal? ReadScope(in MetaCall call, out TestamentScope scope)
    {
        scope = TestamentScope.Destroyed;
        if (!call.TryFindKeyword("scope"u8, out var word) || word.TextEquals("destroyed"u8))
        {
            return null;
        }

        scope = TestamentScope.Detached;
        return word.TextEquals("detached"u8) ? null : Refusal.InvalidArgument("scope must be 'detached' or 'destroyed'");
    }

    private static Refusal? Read(in MetaCall call, TestamentScope scope, out Testament? testament)
    {
        testament = null;
        var positional = call.Arguments;
        if (!positional.TryReadNext(out var topic) || !topic.TryGetUtf8(out var uri))
        {
            return Refusal.InvalidArgument("the first argument must be a topic");
        }

        var hasList = positional.TryReadNext(out var arguments) && arguments.Kind != WireKind.Null;
        var hasKeywords = positional.TryReadNext(out var keywords) && keywords.Kind != WireKind.Null;
        if ((hasList && arguments.Kind != WireKind.List) || (hasKeywords && keywords.Kind != WireKind.Dictionary))
        {
            return Refusal.InvalidArgument("the second argument must be the list of arguments, the third the dictionary of keyword arguments");
        }

        var hasOptions = call.TryFindKeyword("publish_options"u8, out var options);
        if (hasOptions && options.Kind != WireKind.Dictionary)
        {
            return Refusal.InvalidArgument("publish_options must be a dictionary");
        }

        // Messages leave out empty arguments.
        hasKeywords = hasKeywords && keywords.AsDictionary().TryReadNext(out _, out _);
        hasList = hasList && arguments.AsList().TryReadNext(out _);
        var elements = hasKeywords ? 2 : hasList ? 1 : 0;

        // Checked before the copy: a client beyond its limits must not cost more memory with each further call.
        var kept = (hasList ? arguments.Raw.Length : 0) + (hasKeywords ? keywords.Raw.Length : 0);
        if ((call.Caller.Testaments ??= new Testaments(call.Caller.Quota)).Judge(uri.Length + kept) is { } refusal)
        {
            return refusal;
        }

        testament = new Testament(scope, uri.ToArray(), call.Format, hasOptions ? WithoutAcknowledge(options) : [], Encode(call.Format, elements, hasList ? arguments : default, keywords), elements);
        return null;
    }

    private static byte[] Encode(WireFormat format, int elements, in WireValue arguments, in WireValue keywords)
    {
        if (elements == 1)
        {
            return arguments.Raw.ToArray();
        }

        var writer = new TokenWriter(format);
        if (elements > 0 && arguments.Raw.IsEmpty)
        {
            writer.BeginList(0);
            writer.EndList();
        }
        else if (elements > 0)
        {
            Copy(writer, arguments);
        }

        if (elements > 1)
        {
            Copy(writer, keywords);
        }

        return writer.Output.Written.ToArray();
    }

    private static byte[] WithoutAcknowledge(in WireValue options)
    {
        var count = 0;
        for (var entries = options.AsDictionary(); entries.TryReadNext(out var key, out _);)
        {
            count += IsKept(key) ? 1 : 0;
        }

        var writer = new TokenWriter(options.Format);
        writer.BeginDictionary(count);
        for (var entries = options.AsDictionary(); entries.TryReadNext(out var key, out var value);)
        {
            if (IsKept(key))
            {
                writer.WriteKey(key);
                Copy(writer, value);
            }
        }

        writer.EndDictionary();
        return writer.Output.Written.ToArray();

        static bool IsKept(ReadOnlySpan<byte> key) => !key.SequenceEqual("acknowledge"u8);
    }

    private static void Copy(TokenWriter writer, in WireValue value)
    {
        writer.Separate();
        writer.Output.Write(value.Raw);
    }
}
