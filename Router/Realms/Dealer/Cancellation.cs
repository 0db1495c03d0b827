using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>CANCEL.Options.mode and INTERRUPT.Options.mode</summary>
internal enum CancelMode : byte
{
    /// <summary>The caller is answered now, the callee knows nothing of it.</summary>
    Skip,

    /// <summary>The callee is interrupted and its answer goes to the caller.</summary>
    Kill,

    /// <summary>The callee is interrupted and the caller is answered now.</summary>
    KillNoWait,
}

/// <summary>
/// Ends calls before they are answered: CANCEL in its three modes, time limits, and callers that leave (<c>rfc/text/advanced/rpc_call_canceling.md</c>). A callee that
/// did not announce <c>call_canceling</c> is never interrupted; for it every mode acts as <c>skip</c>. A CANCEL of a call that has ended is ignored: it crossed the answer.
/// </summary>
internal sealed class Cancellation(CallRouting routing, OpenCalls calls, RealmMetrics metrics)
{
    private static readonly Refusal UnknownMode = Refusal.InvalidArgument("CANCEL.Options.mode must be 'skip', 'kill' or 'killnowait'");

    /// <summary>Acts on a CANCEL of the caller's own call.</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch)
    {
        var options = new DictionaryReader(cancel.Format, cancel.Options);
        var mode = CancelMode.KillNoWait;      // the specification names no default; this one answers at once and still stops the callee
        if (options.TryFind("mode"u8, out var value) && value.Kind is not WireKind.Null && !TryReadMode(value, out mode))
        {
            metrics.Refused(MessageCode.Cancel, UnknownMode, caller.Identity);
            caller.Peer.Refuse(MessageCode.Cancel, cancel.Request, UnknownMode, batch);
            return;
        }

        if (!caller.Calls.TryCancel(cancel.Request, out var call))
        {
            return;
        }

        if (mode == CancelMode.Kill && TryKill(call, caller, cancel.Request, batch))
        {
            return;
        }

        if (calls.TryEnd(caller, cancel.Request, out call))
        {
            Drop(call, caller, cancel.Request, mode, batch);
            metrics.CallEnded(CallOutcome.Canceled, call.Began);
            caller.Peer.Refuse(MessageCode.Call, cancel.Request, Refusal.Canceled, batch);
        }
    }

    /// <summary>Ends a call whose time is over (<c>rfc/text/advanced/rpc_call_timeout.md</c>).</summary>
    public void Expire(CallRecord record, FlushBatch batch)
    {
        if (calls.TryEnd(record, out var call))
        {
            Drop(call, record.Caller, record.Request, CancelMode.KillNoWait, batch);
            metrics.CallEnded(CallOutcome.TimedOut, call.Began);
            record.Caller.Peer.Refuse(MessageCode.Call, record.Request, Refusal.TimeIsOver, batch, gate: record.Caller);
        }
    }

    /// <summary>Ends all calls of a leaving session.</summary>
    public void CallerLeft(Member caller, FlushBatch batch)
    {
        foreach (var (request, call) in calls.EndAll(caller))
        {
            Drop(call, caller, request, CancelMode.KillNoWait, batch);
            metrics.CallEnded(CallOutcome.CallerLeft, call.Began);
        }
    }

    /// <summary>
    /// Separates an invocation from its caller: after this returns, the caller gets nothing more from it. The caller's ERROR must be sent after this call, because
    /// another thread may be sending a progressive result until then.
    /// </summary>
    public static void Abandon(in PendingCall call, Member caller, ulong request, CancelMode mode, FlushBatch batch)
    {
        var callee = call.Callee!;
        lock (callee.Invocations.Gate)
        {
            if (mode != CancelMode.Skip)
            {
                TryInterrupt(call, caller, request, mode, batch);
            }

            callee.Invocations.TryAbandon(call.Invocation, caller, request);
        }
    }

    /// <summary>Cleans up a call that was removed from the caller's table.</summary>
    private void Drop(in PendingCall call, Member caller, ulong request, CancelMode mode, FlushBatch batch)
    {
        if (call.Callee is not null)
        {
            Abandon(call, caller, request, mode, batch);
        }

        if (call.Record is { Queue: { } queue } record)
        {
            lock (queue.Gate)
            {
                queue.Remove(record);
            }

            routing.Pump(queue, batch);
        }
    }

    /// <summary>Tells the callee to stop; its answer goes to the caller. False where no callee can be told, so that no answer would come.</summary>
    private static bool TryKill(in PendingCall call, Member caller, ulong request, FlushBatch batch)
    {
        if (call.Callee is not { } callee)
        {
            return false;
        }

        lock (callee.Invocations.Gate)
        {
            return TryInterrupt(call, caller, request, CancelMode.Kill, batch);
        }
    }

    /// <summary>Sends INTERRUPT. False where the callee cannot be told: it did not announce the feature, or has no room. Under the callee's gate.</summary>
    private static bool TryInterrupt(in PendingCall call, Member caller, ulong request, CancelMode mode, FlushBatch batch)
    {
        var callee = call.Callee!;
        if ((callee.Features & PeerFeatures.CalleeCanceling) == 0)
        {
            return false;
        }

        if (!callee.Invocations.CanInterrupt(call.Invocation, caller, request, out var invocation))
        {
            return true;        // interrupted before, or ended
        }

        if (callee.Peer.Offer(CallFrames.Interrupt(callee.Peer, call.Invocation, mode == CancelMode.Kill ? "kill"u8 : "killnowait"u8), batch) == SendOutcome.NoRoom)
        {
            return false;
        }

        callee.Invocations.Note(call.Invocation, invocation, InvocationStates.Interrupted);
        return true;
    }

    private static bool TryReadMode(in WireValue value, out CancelMode mode)
    {
        mode = value.TextEquals("skip"u8) ? CancelMode.Skip : value.TextEquals("kill"u8) ? CancelMode.Kill : CancelMode.KillNoWait;
        return mode != CancelMode.KillNoWait || value.TextEquals("killnowait"u8);
    }
}
