using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Routes YIELD to RESULT, and ERROR to ERROR. Runs to completion on the callee's thread. The caller itself is the gate: if it leaves meanwhile, none of this
/// reaches the next session on the same connection.
/// </summary>
internal sealed class ResultRouting(CallRouting routing, OpenCalls calls, RealmMetrics metrics)
{
    private readonly ProgressiveResults _pieces = new(routing, calls, metrics);

    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Yield(Member callee, in WampMessage yield, FlushBatch batch)
    {
        var violation = YieldOptions.Read(yield, out var options) ?? ViolationOf(callee, options.Passthru);
        if (violation is not null)
        {
            return violation;
        }

        if (options.Progress)
        {
            return _pieces.Yield(callee, yield, options, batch);
        }

        if (!callee.Invocations.TryEnd(yield.Request, out var invocation))
        {
            return new("YIELD names an invocation that is not under way");
        }

        if (TryEndCall(callee, yield.Request, invocation, out var began) is { } caller)
        {
            Return(callee, caller, invocation.CallRequest, yield, options, began, batch);
        }

        routing.Pump(invocation.Record?.Queue, batch);
        return null;
    }

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Error(Member callee, in WampMessage error, FlushBatch batch)
    {
        var violation = PayloadPassthru.Read(error, out var passthru) ?? ViolationOf(callee, passthru) ?? ViolationOf(error);
        if (violation is not null)
        {
            return violation;
        }

        if (!callee.Invocations.TryEnd(error.Request, out var invocation))
        {
            return new("ERROR names an invocation that is not under way");
        }

        var queue = invocation.Record?.Queue;       // the queue of the callee that answered, wherever the call goes next
        if (!IsRefusal(callee, error, invocation))
        {
            Forward(callee, error, passthru, invocation, batch);
        }
        else if (invocation.Record is { Held: not null } record)
        {
            routing.Reroute(record, batch);
        }
        else if (TryEndCall(callee, error.Request, invocation, out var began) is { } caller)
        {
            var reason = invocation.Record?.NoRoom is { } noRoom ? Refusal.NotHeld(noRoom) : Refusal.NoAvailableCallee;
            metrics.Refused(MessageCode.Call, reason, caller.Identity);
            metrics.CallEnded(CallOutcome.Refused, began);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, reason, batch, gate: caller);
        }

        routing.Pump(queue, batch);
        return null;
    }

    /// <summary>Ends the call whose YIELD or ERROR cannot be passed on: its caller gets the refusal. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Fail(Member callee, in WampMessage answer, in Refusal refusal, FlushBatch batch)
    {
        if (answer.Code == MessageCode.Error && ViolationOf(answer) is { } violation)
        {
            return violation;
        }

        if (answer.Code == MessageCode.Yield && answer.FindFlag("progress"u8) is true)
        {
            return _pieces.Fail(callee, answer.Request, refusal, batch);
        }

        if (!callee.Invocations.TryEnd(answer.Request, out var invocation))
        {
            return new($"{answer.Code.Name()} names an invocation that is not under way");
        }

        if (TryEndCall(callee, answer.Request, invocation, out var began) is { } caller)
        {
            metrics.CallEnded(CallOutcome.Refused, began);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, refusal, batch, gate: caller);
        }

        routing.Pump(invocation.Record?.Queue, batch);
        return null;
    }

    /// <summary>Answers all callers that wait for a session that has left the realm.</summary>
    public void CalleeLeft(Member callee, FlushBatch batch)
    {
        foreach (var (id, invocation) in callee.Invocations.Close())
        {
            if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id, out var call))
            {
                metrics.CallEnded(CallOutcome.CalleeLeft, call.Began);
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.CalleeLeft, batch, gate: caller);
            }
        }
    }

    private static ProtocolViolation? ViolationOf(Member callee, in PayloadPassthru passthru) =>
        passthru.IsUsed && (callee.Features & PeerFeatures.CalleePayloadPassthru) == 0
            ? new("ppt_scheme needs the feature payload_passthru_mode, which this callee did not announce")
            : null;

    private static ProtocolViolation? ViolationOf(in WampMessage error) =>
        error.RequestType != MessageCode.Invocation ? new("a client's ERROR must answer an INVOCATION (68)") : null;

    /// <summary>
    /// Whether the callee returns a call that it did not begin (<c>rfc/text/advanced/rpc_call_rerouting.md</c>). If it did not announce the feature, its
    /// ERROR with this URI is an ordinary one.
    /// </summary>
    private static bool IsRefusal(Member callee, in WampMessage error, in PendingInvocation invocation) =>
        (callee.Features & PeerFeatures.CalleeReroute) != 0
        && error.Text.SequenceEqual("wamp.error.unavailable"u8)
        && invocation.Caller is not null
        && !invocation.Has(InvocationStates.Progressed)
        && invocation.Record is not { IsInPieces: true };

    private void Forward(Member callee, in WampMessage error, in PayloadPassthru passthru, in PendingInvocation invocation, FlushBatch batch)
    {
        if (TryEndCall(callee, error.Request, invocation, out var began) is not { } caller)
        {
            return;
        }

        var takesPassthru = !passthru.IsUsed || (caller.Features & PeerFeatures.CallerPayloadPassthru) != 0;
        if (takesPassthru && CallFrames.TryError(caller.Peer, invocation.CallRequest, passthru, error, out var frame) && caller.Peer.Send(frame, batch, gate: caller) != SendOutcome.TooLong)
        {
            metrics.CallEnded(CallOutcome.Error, began);
        }
        else
        {
            metrics.CallEnded(CallOutcome.Refused, began);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, takesPassthru ? Refusal.NotExpressible("error") : Refusal.PassthruNotTaken("caller"), batch, gate: caller);
        }
    }

    /// <summary>Sends the result of a call that has ended, or says why it cannot.</summary>
    private void Return(Member callee, Member caller, ulong request, in WampMessage yield, in YieldOptions options, long began, FlushBatch batch)
    {
        if (ResultFrames.Send(caller, request, yield, options, batch) is not { } refusal)
        {
            metrics.CallEnded(CallOutcome.Result, began);
            return;
        }

        metrics.CallEnded(CallOutcome.Refused, began);
        ResultFrames.TellOfPassthru(callee, yield.Request, options, batch);
        caller.Peer.Refuse(MessageCode.Call, request, refusal, batch, gate: caller);
    }

    /// <summary>Ends the call that an invocation serves. Returns the caller to answer, or null where the call has already ended.</summary>
    private Member? TryEndCall(Member callee, ulong id, in PendingInvocation invocation, out long began)
    {
        began = 0;
        if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id, out var call))
        {
            began = call.Began;
            return caller;
        }

        metrics.Discarded();
        return null;
    }
}
