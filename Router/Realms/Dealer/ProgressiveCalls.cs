using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// The pieces of a call after its first (<c>rfc/text/advanced/rpc_progressive_call_invocations.md</c>): they go where the first went, under its ids and with its
/// options. Runs on the caller's thread.
/// </summary>
internal sealed class ProgressiveCalls(RealmSettings settings)
{
    /// <summary>Routes the next piece. Returns a protocol violation of the caller, or null.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="call">The piece.</param>
    /// <param name="isLast">Whether it is the last one.</param>
    /// <param name="batch">Where the INVOCATION goes.</param>
    /// <param name="failed">The call, where the piece cannot be passed on.</param>
    /// <param name="reason">Why it cannot.</param>
    public string? Continue(Member caller, in WampMessage call, bool isLast, FlushBatch batch, out CallRecord? failed, out Refusal reason)
    {
        (failed, reason) = (null, default);
        if (!caller.Calls.TryContinue(call.Request, isLast, out var pending) || pending is not { Callee: { } callee, Record: { } record })
        {
            return null;        // it ended at this moment: the caller will be told, or has been
        }

        if (!call.Text.SequenceEqual(record.Procedure.Utf8))
        {
            return "a CALL that continues a call must name the same procedure";
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

    /// <summary>Passes a piece on, or says why that cannot be. Under the callee's gate.</summary>
    private Refusal? Send(CallRecord record, in PendingCall pending, in Payload payload, bool isLast, FlushBatch batch)
    {
        var callee = pending.Callee!;
        if (!callee.Invocations.TryGet(pending.Invocation, out var invocation)
            || invocation.Caller is null
            || invocation.Has(InvocationStates.Interrupted)
            || !CallOffer.TryRepeat(record, out var first))
        {
            return null;        // nobody wants it any more
        }

        var details = InvocationDetails.Of(record.Endpoint!, first, settings);
        details.Progress = !isLast;
        if (!CallFrames.TryInvocation(callee.Peer, pending.Invocation, record.Endpoint!.Registration.Id, details, payload, out var frame))
        {
            return Refusal.NotExpressible("call");
        }

        return callee.Peer.Offer(frame, batch) == SendOutcome.NoRoom ? Refusal.CalleeIsFull : null;
    }
}
