using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Routes progressive results (<c>rfc/text/advanced/rpc_progressive_call_results.md</c>), and ends a call if one of them is lost. On the callee's thread.
/// </summary>
internal sealed class ProgressiveResults(CallRouting routing, OpenCalls calls, RealmMetrics metrics)
{
    /// <summary>Passes a progressive result on; the invocation goes on. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Yield(Member callee, in WampMessage yield, in YieldOptions options, FlushBatch batch)
    {
        PendingInvocation invocation;
        Refusal? refusal;
        var invocations = callee.Invocations;

        // Under the gate until the frame is enqueued: a thread that ends the call abandons it there first, so no result follows the caller's final message.
        lock (invocations.Gate)
        {
            if (!invocations.TryGet(yield.Request, out invocation))
            {
                return TakeLate(invocations, yield.Request);
            }

            if (!invocation.Has(InvocationStates.ReceivesProgress))
            {
                // Not the callee's fault: clients in the field always send progress. If passed on, the caller would take it for the whole result.
                metrics.ProgressDropped();
                return null;
            }

            if (invocation.Caller is not { } caller || !caller.Calls.IsServedBy(invocation.CallRequest, callee, yield.Request))
            {
                metrics.Discarded();
                return null;
            }

            refusal = ResultFrames.Send(caller, invocation.CallRequest, yield, options, batch);
            if (refusal is null)
            {
                NoteProgress(invocations, yield.Request, invocation);
                return null;
            }
        }

        GiveUp(callee, yield.Request, invocation, refusal.Value, batch);
        ResultFrames.TellOfPassthru(callee, yield.Request, options, batch);
        return null;
    }

    /// <summary>Ends the call of a progressive result that cannot be passed on. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Fail(Member callee, ulong id, in Refusal refusal, FlushBatch batch)
    {
        PendingInvocation invocation;
        lock (callee.Invocations.Gate)
        {
            if (!callee.Invocations.TryGet(id, out invocation))
            {
                return TakeLate(callee.Invocations, id);
            }
        }

        if (invocation.Has(InvocationStates.ReceivesProgress))
        {
            GiveUp(callee, id, invocation, refusal, batch);
        }
        else
        {
            metrics.ProgressDropped();
        }

        return null;
    }

    private ProtocolViolation? TakeLate(PendingInvocations invocations, ulong id)
    {
        if (!invocations.IsLate(id))
        {
            return new("YIELD names an invocation that is not under way");
        }

        metrics.Discarded();
        return null;
    }

    /// <summary>Ends the call and interrupts the callee: one result is lost, so the others are useless.</summary>
    private void GiveUp(Member callee, ulong id, in PendingInvocation invocation, in Refusal reason, FlushBatch batch)
    {
        if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id, out var call))
        {
            metrics.CallEnded(CallOutcome.Refused, call.Began);
            Cancellation.Abandon(new PendingCall(callee, id), caller, invocation.CallRequest, CancelMode.KillNoWait, batch);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, reason, batch, gate: caller);
            routing.Pump(invocation.Record?.Queue, batch);
        }
    }

    private void NoteProgress(PendingInvocations invocations, ulong id, in PendingInvocation invocation)
    {
        if (!invocation.Has(InvocationStates.Progressed))
        {
            invocations.Note(id, invocation, InvocationStates.Progressed);
        }

        if (invocation.Record is { TimeLimit: > 0 } record)
        {
            calls.Timeouts.Restart(record);
        }
    }
}
