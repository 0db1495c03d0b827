using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>Sends RESULTs to a caller, final and progressive ones.</summary>
internal static class ResultFrames
{
    /// <summary>
    /// Encodes and enqueues a RESULT, or says why the caller cannot get it. A progressive one must not end the session of a caller that reads slowly, because the caller did not
    /// choose how many there are.
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

        return (options.Progress ? caller.Peer.Offer(frame, batch, gate: caller) : caller.Peer.Send(frame, batch, gate: caller)) switch
        {
            SendOutcome.NoRoom => Refusal.CallerIsFull,
            SendOutcome.TooLong => Refusal.TooLong("result for the caller"),
            _ => null,
        };
    }

    /// <summary>Tells a callee that the caller cannot take its payload in passthru mode, as the specification asks. It defines no answer to a YIELD, so this is an ERROR of type YIELD.</summary>
    public static void TellOfPassthru(Member callee, ulong invocation, in YieldOptions options, FlushBatch batch)
    {
        if (options.Passthru.IsUsed)
        {
            callee.Peer.Refuse(MessageCode.Yield, invocation, Refusal.PassthruNotTaken("caller"), batch);
        }
    }
}
