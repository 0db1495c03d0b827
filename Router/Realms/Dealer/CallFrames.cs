using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>Encodes what the dealer forwards. False where the receiver's serializer cannot express the payload; the frame lives until the thread encodes again.</summary>
internal static class CallFrames
{
    /// <summary><c>[INVOCATION, Request, REGISTERED.Registration, Details, Arguments, ArgumentsKw]</c></summary>
    /// <param name="peer">The callee.</param>
    /// <param name="invocation">The id in the callee's sequence.</param>
    /// <param name="registration">What is called.</param>
    /// <param name="disclosed">The caller, where the callee is to know it.</param>
    /// <param name="call">The CALL whose payload goes on.</param>
    /// <param name="frame">The frame.</param>
    public static bool TryInvocation(IPeer peer, ulong invocation, ulong registration, MemberIdentity? disclosed, in WampMessage call, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Invocation, 4 + call.Payload.Count);
        writer.WriteId(invocation);
        writer.WriteId(registration);
        if (disclosed is null)
        {
            writer.WriteEmptyDictionary();
        }
        else
        {
            writer.BeginDictionary(3);
            writer.WriteKey("caller"u8);
            writer.WriteId(disclosed.Session);
            writer.WriteKey("caller_authid"u8);
            writer.WriteText(disclosed.AuthId);
            writer.WriteKey("caller_authrole"u8);
            writer.WriteText(disclosed.AuthRole);
            writer.EndDictionary();
        }

        return TryFinish(writer, call.Payload, out frame);
    }

    /// <summary><c>[RESULT, CALL.Request, Details, Arguments, ArgumentsKw]</c></summary>
    public static bool TryResult(IPeer peer, ulong request, in Payload payload, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Result, 3 + payload.Count);
        writer.WriteId(request);
        writer.WriteEmptyDictionary();
        return TryFinish(writer, payload, out frame);
    }

    /// <summary><c>[ERROR, CALL, CALL.Request, Details, Error, Arguments, ArgumentsKw]</c></summary>
    public static bool TryError(IPeer peer, ulong request, in WampMessage error, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Error, 5 + error.Payload.Count);
        writer.WriteInteger((int)MessageCode.Call);
        writer.WriteId(request);
        writer.WriteEmptyDictionary();
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
