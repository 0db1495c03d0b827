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
/// Ends calls before their answer: CANCEL in its three modes, time limits, and callers that leave (<c>rfc/text/advanced/rpc_call_canceling.md</c>). A callee that
/// did not announce <c>call_canceling</c> is never interrupted; for it every mode acts as <c>skip</c>. A CANCEL of a call that has ended is ignored: it crossed the RESULT.
/// </summary>
internal sealed class Cancellation(CallRouting routing, OpenCalls calls, RealmMetrics metrics)
{
    /// <summary>Acts on a CANCEL of the caller's own call.</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch)
    {
        var options = new DictionaryReader(cancel.Format, cancel.Options);
        var mode = CancelMode.KillNoWait;      // the specification names no default; this one answers at once and still stops the callee
        if (options.TryFind("mode"u8, out var value) && value.Kind is not WireKind.Null && !TryReadMode(value, out mode))
        {
            metrics.Refused(MessageCode.Cancel);
            caller.Peer.Refuse(MessageCode.Cancel, cancel.Request, Refusal.InvalidArgument("CANCEL.Options.mode must be 'skip', 'kill' or 'killnowait'"), batch);
            return;
        }

        if (!caller.Calls.TryCancel(cancel.Request, out var call))
        {
            return;
        }

        if (mode == CancelMode.Kill && call.Callee is { } callee && CanInterrupt(callee))
        {
            Kill(call, batch);
        }
        else if (calls.TryEnd(caller, cancel.Request, out call))
        {
            Drop(call, mode, batch);
            caller.Peer.Refuse(MessageCode.Call, cancel.Request, Refusal.Canceled, batch);
        }
    }

    /// <summary>Ends a call whose time is over (<c>rfc/text/advanced/rpc_call_timeout.md</c>).</summary>
    public void Expire(CallRecord record, FlushBatch batch)
    {
        if (calls.TryEnd(record, out var call))
        {
            Drop(call, CancelMode.KillNoWait, batch);
            record.Caller.Peer.Refuse(MessageCode.Call, record.Request, Refusal.TimeIsOver, batch, gate: record.Caller);
        }
    }

    /// <summary>Abandons everything a leaving session waited for.</summary>
    public void CallerLeft(Member caller, FlushBatch batch)
    {
        foreach (var call in calls.EndAll(caller))
        {
            Drop(call, CancelMode.KillNoWait, batch);
        }
    }

    /// <summary>
    /// Cuts an invocation off from its caller, whom nothing of it reaches after this returns. The caller's ERROR must follow, not go
    /// before: a progressive result may be on its way at this moment.
    /// </summary>
    public static void Abandon(in PendingCall call, CancelMode mode, FlushBatch batch)
    {
        var callee = call.Callee!;
        lock (callee.Invocations.Gate)
        {
            if (mode != CancelMode.Skip)
            {
                Interrupt(callee, call.Invocation, mode, batch);
            }

            callee.Invocations.TryAbandon(call.Invocation);
        }
    }

    /// <summary>Leaves nothing of a call that has been taken from the caller's table.</summary>
    private void Drop(in PendingCall call, CancelMode mode, FlushBatch batch)
    {
        if (call.Callee is not null)
        {
            Abandon(call, mode, batch);
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

    /// <summary>Tells the callee to stop; its answer goes to the caller.</summary>
    private static void Kill(in PendingCall call, FlushBatch batch)
    {
        var callee = call.Callee!;
        lock (callee.Invocations.Gate)
        {
            Interrupt(callee, call.Invocation, CancelMode.Kill, batch);
        }
    }

    private static void Interrupt(Member callee, ulong invocation, CancelMode mode, FlushBatch batch)
    {
        if (CanInterrupt(callee) && callee.Invocations.TryInterrupt(invocation))
        {
            callee.Peer.Send(CallFrames.Interrupt(callee.Peer, invocation, mode == CancelMode.Kill ? "kill"u8 : "killnowait"u8), batch);
        }
    }

    private static bool CanInterrupt(Member callee) => (callee.Features & PeerFeatures.CalleeCanceling) != 0;

    private static bool TryReadMode(in WireValue value, out CancelMode mode)
    {
        mode = value.TextEquals("skip"u8) ? CancelMode.Skip : value.TextEquals("kill"u8) ? CancelMode.Kill : CancelMode.KillNoWait;
        return mode != CancelMode.KillNoWait || value.TextEquals("killnowait"u8);
    }
}
