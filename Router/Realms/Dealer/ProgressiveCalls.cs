using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Routes the pieces of a call after the first (<c>rfc/text/advanced/rpc_progressive_call_invocations.md</c>): to the same callee, with the same ids and
/// options. Runs on the caller's thread.
/// </summary>
internal static class ProgressiveCalls
{
    /// <summary>Routes the next piece. Returns a protocol violation of the caller, or null.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="call">The piece.</param>
    /// <param name="isLast">Whether it is the last one.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="failed">The call, if the piece cannot be passed on; else null.</param>
    /// <param name="reason">Why it cannot.</param>
    public static ProtocolViolation? Continue(Member caller, in WampMessage call, bool isLast, FlushBatch batch, out CallRecord? failed, out Refusal reason)
    {
        (failed, reason) = (null, default);
        if (!caller.Calls.TryContinue(call.Request, isLast, out var pending) || pending is not { Callee: { } callee, Record: { } record })
        {
            return null;        // it has just ended: the caller has its answer, or will get it
        }

        if (!call.Text.SequenceEqual(record.Procedure.Utf8))
        {
            return new("a CALL that continues a call must name the same procedure");
        }

        lock (callee.Invocations.Gate)
        {
            if (Send(record, pending, call.Payload, isLast, batch) is { } refusal)
            {
                (failed, reason) = (record, refusal);
            }
        }

        return null;
    }

    /// <summary>Passes a piece on, or says why it cannot. Under the callee's gate.</summary>
    private static Refusal? Send(CallRecord record, in PendingCall pending, in Payload payload, bool isLast, FlushBatch batch)
    {
        var callee = pending.Callee!;
        if (!callee.Invocations.TryGet(pending.Invocation, out var invocation)
            || invocation.Caller is null
            || invocation.Has(InvocationStates.Interrupted)
            || !CallOffer.TryRepeat(record, out var first))
        {
            return null;        // the call has ended: ignore the piece
        }

        var details = InvocationDetails.Of(record.Endpoint!, first);
        details.Progress = !isLast;
        if (!CallFrames.TryInvocation(callee.Peer, pending.Invocation, record.Endpoint!.Registration.Id, details, payload, out var frame))
        {
            return Refusal.NotExpressible("call");
        }

        return callee.Peer.Offer(frame, batch) switch
        {
            SendOutcome.NoRoom => Refusal.CalleeIsFull,
            SendOutcome.TooLong => Refusal.TooLong("call for its callee"),
            _ => null,
        };
    }
}
