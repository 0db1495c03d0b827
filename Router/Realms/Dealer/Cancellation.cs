using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Ends calls before their answer: CANCEL in its three modes, and callers that leave (<c>rfc/text/advanced/rpc_call_canceling.md</c>). A callee that did not
/// announce <c>call_canceling</c> is never interrupted; for it every mode acts as <c>skip</c>. A CANCEL of a call that has ended is ignored: it crossed the RESULT.
/// </summary>
internal sealed class Cancellation(RealmMetrics metrics)
{
    /// <summary>Acts on a CANCEL of the caller's own call.</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch)
    {
        var options = new DictionaryReader(cancel.Format, cancel.Options);
        var mode = CancelMode.KillNoWait;      // the specification names no default; this one answers at once and still stops the callee
        if (options.TryFind("mode"u8, out var value) && !TryReadMode(value, out mode))
        {
            metrics.Refused(MessageCode.Cancel);
            caller.Peer.Refuse(MessageCode.Cancel, cancel.Request, Refusal.InvalidArgument("CANCEL.Options.mode must be 'skip', 'kill' or 'killnowait'"), batch);
            return;
        }

        if (!caller.Calls.TryGet(cancel.Request, out var call))
        {
            return;
        }

        if (mode == CancelMode.Kill && CanInterrupt(call.Callee))
        {
            Kill(call, batch);
        }
        else if (caller.Calls.TryTake(cancel.Request, out call))
        {
            Abandon(call, mode, batch);
            caller.Peer.Refuse(MessageCode.Call, cancel.Request, Refusal.Canceled, batch);
        }
    }

    /// <summary>Abandons everything a leaving session waited for.</summary>
    public static void CallerLeft(Member caller, FlushBatch batch)
    {
        foreach (var call in caller.Calls.TakeAll())
        {
            Abandon(call, CancelMode.KillNoWait, batch);
        }
    }

    /// <summary>Tells the callee to stop; its answer goes to the caller.</summary>
    private static void Kill(PendingCall call, FlushBatch batch)
    {
        lock (call.Callee.Invocations.Gate)
        {
            Interrupt(call, CancelMode.Kill, batch);
        }
    }

    /// <summary>
    /// Cuts an invocation off from its caller, whom nothing of it reaches after this returns. The caller's ERROR must follow, not go
    /// before: a progressive result may be on its way at this moment.
    /// </summary>
    private static void Abandon(PendingCall call, CancelMode mode, FlushBatch batch)
    {
        lock (call.Callee.Invocations.Gate)
        {
            if (mode != CancelMode.Skip)
            {
                Interrupt(call, mode, batch);
            }

            call.Callee.Invocations.TryAbandon(call.Invocation);
        }
    }

    private static void Interrupt(PendingCall call, CancelMode mode, FlushBatch batch)
    {
        var callee = call.Callee;
        if (CanInterrupt(callee) && callee.Invocations.TryInterrupt(call.Invocation))
        {
            callee.Peer.Send(CallFrames.Interrupt(callee.Peer, call.Invocation, mode == CancelMode.Kill ? "kill"u8 : "killnowait"u8), batch);
        }
    }

    private static bool CanInterrupt(Member callee) => (callee.Features & PeerFeatures.CalleeCanceling) != 0;

    private static bool TryReadMode(in WireValue value, out CancelMode mode)
    {
        mode = value.TextEquals("skip"u8) ? CancelMode.Skip : value.TextEquals("kill"u8) ? CancelMode.Kill : CancelMode.KillNoWait;
        return mode != CancelMode.KillNoWait || value.TextEquals("killnowait"u8);
    }

    private enum CancelMode
    {
        /// <summary>The caller is answered now, the callee knows nothing of it.</summary>
        Skip,

        /// <summary>The callee is interrupted and its answer goes to the caller.</summary>
        Kill,

        /// <summary>The callee is interrupted and the caller is answered now.</summary>
        KillNoWait,
    }
}
