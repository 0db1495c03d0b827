using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>Encodes the messages that the dealer forwards. False where the receiver's serializer cannot express the payload, or its framing cannot carry the message. A frame is valid until the thread encodes again.</summary>
internal static class CallFrames
{
    /// <summary>Autobahn's URI for an error without one. The specification does not have it: only errors of callees bear it.</summary>
    private static ReadOnlySpan<byte> RuntimeError => "wamp.error.runtime_error"u8;

    /// <summary><c>[INVOCATION, Request, REGISTERED.Registration, Details, Arguments, ArgumentsKw]</c></summary>
    /// <param name="peer">The peer of the callee.</param>
    /// <param name="invocation">The id in the callee's sequence.</param>
    /// <param name="registration">The registration id.</param>
    /// <param name="details">INVOCATION.Details.</param>
    /// <param name="payload">The CALL's arguments.</param>
    /// <param name="frame">The frame.</param>
    public static bool TryInvocation(IPeer peer, ulong invocation, ulong registration, in InvocationDetails details, in Payload payload, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Invocation, 4 + payload.Count);
        writer.WriteId(invocation);
        writer.WriteId(registration);
        details.WriteTo(writer);
        return TryFinish(writer, payload, out frame);
    }

    /// <summary><c>[RESULT, CALL.Request, Details, Arguments, ArgumentsKw]</c></summary>
    /// <param name="peer">The peer of the caller.</param>
    /// <param name="request">The CALL's id.</param>
    /// <param name="options">YIELD.Options; a part of them is passed on.</param>
    /// <param name="payload">The YIELD's arguments.</param>
    /// <param name="frame">The frame.</param>
    public static bool TryResult(IPeer peer, ulong request, in YieldOptions options, in Payload payload, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Result, 3 + payload.Count);
        writer.WriteId(request);
        options.WriteTo(writer);
        return TryFinish(writer, payload, out frame);
    }

    /// <summary><c>[ERROR, CALL, CALL.Request, Details, Error, Arguments, ArgumentsKw]</c></summary>
    public static bool TryError(IPeer peer, ulong request, in PayloadPassthru passthru, in WampMessage error, out ReadOnlySpan<byte> frame)
    {
        if (!WampUri.IsValid(error.Text, strict: false))
        {
            return TryRuntimeError(peer, request, passthru, error, out frame);
        }

        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Error, 5 + error.Payload.Count);
        writer.WriteInteger((int)MessageCode.Call);
        writer.WriteId(request);
        writer.BeginDictionary(passthru.Count);
        passthru.WriteTo(writer);
        writer.EndDictionary();
        writer.WriteText(error.Text);
        return TryFinish(writer, error.Payload, out frame);
    }

    /// <summary>
    /// Encodes an ERROR whose Error is not a URI but a text for people, as in <c>throw new autobahn.Error("Something went wrong!")</c>. The caller gets
    /// <c>wamp.error.runtime_error</c> with the text as its only argument. If the callee gave arguments, or a payload in passthru mode, these stay
    /// as they are, and the text becomes <c>Details.message</c>.
    /// </summary>
    private static bool TryRuntimeError(IPeer peer, ulong request, in PayloadPassthru passthru, in WampMessage error, out ReadOnlySpan<byte> frame)
    {
        var payload = error.Payload;
        var asArgument = !passthru.IsUsed && !payload.IsOpaque && !payload.ReadArguments().TryReadNext(out _);
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Error, asArgument ? 5 + Math.Max(1, payload.Count) : 5 + payload.Count);
        writer.WriteInteger((int)MessageCode.Call);
        writer.WriteId(request);
        writer.BeginDictionary(passthru.Count + (asArgument ? 0 : 1));
        passthru.WriteTo(writer);
        if (!asArgument)
        {
            writer.WriteKey("message"u8);
            writer.WriteText(error.Text);
        }

        writer.EndDictionary();
        writer.WriteText(RuntimeError);
        if (!asArgument)
        {
            return TryFinish(writer, error.Payload, out frame);
        }

        writer.BeginList(1);
        writer.WriteText(error.Text);
        writer.EndList();
        var possible = !payload.TryGetArgumentsKw(out var keywords) || writer.TryWriteValue(keywords, out _);
        frame = default;
        return possible && writer.TryEnd(out frame);
    }

    /// <summary><c>[INTERRUPT, INVOCATION.Request, {"mode": mode}]</c></summary>
    public static ReadOnlySpan<byte> Interrupt(IPeer peer, ulong invocation, ReadOnlySpan<byte> mode)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Interrupt, elements: 3);
        writer.WriteId(invocation);
        writer.BeginDictionary(1);
        writer.WriteKey("mode"u8);
        writer.WriteText(mode);
        writer.EndDictionary();
        return writer.End();
    }

    /// <summary><c>[UNREGISTERED, 0, {"registration": registration, "reason": reason}]</c>: the router revokes a registration.</summary>
    public static ReadOnlySpan<byte> Revocation(IPeer peer, ulong registration, string reason)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Unregistered, elements: 3);
        writer.WriteInteger(0);
        writer.BeginDictionary(2);
        writer.WriteKey("registration"u8);
        writer.WriteId(registration);
        writer.WriteKey("reason"u8);
        writer.WriteText(reason);
        writer.EndDictionary();
        return writer.End();
    }

    private static bool TryFinish(MessageWriter writer, in Payload payload, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        return writer.TryWritePayload(payload, out _) && writer.TryEnd(out frame);
    }
}
