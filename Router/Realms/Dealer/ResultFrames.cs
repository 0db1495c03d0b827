using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>RESULTs on their way to a caller, the last one and those before it.</summary>
internal static class ResultFrames
{
    /// <summary>
    /// Encodes and enqueues a RESULT, or says why the caller cannot be sent it. One that others follow must not end the session of a caller that is slow to read: it did not
    /// say how many it wants.
    /// </summary>
    public static Refusal? Send(Member caller, ulong request, in WampMessage yield, in YieldOptions options, FlushBatch batch)
    {
        if (options.Passthru.IsUsed && (caller.Features & PeerFeatures.CallerPayloadPassthru) == 0)
        {
            return Refusal.PassthruNotTaken("caller");
        }

        if (!CallFrames.TryResult(caller.Peer, request, options, yield.Payload, out var frame))
        {
            return Refusal.NotExpressible("result");
        }

        if (options.Progress)
        {
            return caller.Peer.Offer(frame, batch, gate: caller) == SendOutcome.NoRoom ? Refusal.CallerIsFull : null;
        }

        caller.Peer.Send(frame, batch, gate: caller);
        return null;
    }

    /// <summary>Tells a callee that its payload could not be passed through, as the specification wants. It has no name for such an answer to a YIELD but this.</summary>
    public static void TellOfPassthru(Member callee, ulong invocation, in YieldOptions options, FlushBatch batch)
    {
        if (options.Passthru.IsUsed)
        {
            callee.Peer.Refuse(MessageCode.Yield, invocation, Refusal.PassthruNotTaken("caller"), batch);
        }
    }
}
