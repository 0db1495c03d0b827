using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>Encodes what the dealer forwards. False where the receiver's serializer cannot express the payload; the frame lives until the thread encodes again.</summary>
internal static class CallFrames
{
    /// <summary><c>[INVOCATION, Request, REGISTERED.Registration, Details, Arguments, ArgumentsKw]</c></summary>
    /// <param name="peer">The callee.</param>
    /// <param name="invocation">The id in the callee's sequence.</param>
    /// <param name="registration">What is called.</param>
    /// <param name="details">What the callee is told of the call.</param>
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
    /// <param name="peer">The caller.</param>
    /// <param name="request">The CALL's id.</param>
    /// <param name="options">What of YIELD.Options goes on.</param>
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

    /// <summary><c>[UNREGISTERED, 0, {"registration": registration, "reason": reason}]</c>: the router takes a registration away.</summary>
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
        var possible = writer.TryWritePayload(payload, out _);
        frame = possible ? writer.End() : default;
        return possible;
    }
}
