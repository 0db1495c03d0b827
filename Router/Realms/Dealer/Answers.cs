using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// YIELD to RESULT, and ERROR to ERROR. Runs on the callee's thread to the end; a caller that leaves meanwhile is its own gate, so that nothing of this
/// reaches the session after it on the same connection.
/// </summary>
internal sealed class Answers(CallRouting routing, OpenCalls calls, RealmMetrics metrics)
{
    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Yield(Member callee, in WampMessage yield, FlushBatch batch)
    {
        var violation = YieldOptions.Read(yield, out var options) ?? ViolationOf(callee, options.Passthru);
        if (violation is not null)
        {
            return violation;
        }

        if (options.Progress)
        {
            return Progress(callee, yield, options, batch);
        }

        if (!callee.Invocations.TryEnd(yield.Request, out var invocation))
        {
            return "YIELD names an invocation that is not under way";
        }

        if (TryEndCall(callee, yield.Request, invocation) is { } caller && SendResult(caller, invocation.CallRequest, yield, options, batch) is { } refusal)
        {
            Tell(callee, yield.Request, options, batch);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, refusal, batch, gate: caller);
        }

        PumpQueue(invocation, batch);
        return null;
    }

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Error(Member callee, in WampMessage error, FlushBatch batch)
    {
        var violation = PayloadPassthru.Read(error, out var passthru) ?? ViolationOf(callee, passthru) ?? ViolationOf(error);
        if (violation is not null)
        {
            return violation;
        }

        if (!callee.Invocations.TryEnd(error.Request, out var invocation))
        {
            return "ERROR names an invocation that is not under way";
        }

        var queue = invocation.Record?.Queue;
        if (!IsRefusal(callee, error, invocation))
        {
            Forward(callee, error, passthru, invocation, batch);
        }
        else if (invocation.Record is { Held: not null } record)
        {
            routing.Reroute(record, batch);
        }
        else if (TryEndCall(callee, error.Request, invocation) is { } caller)
        {
            var reason = invocation.Record?.NoRoom is { } noRoom ? Refusal.NotHeld(noRoom) : Refusal.NoAvailableCallee;
            metrics.Refused(MessageCode.Call, reason, caller);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, reason, batch, gate: caller);
        }

        if (queue is not null)
        {
            routing.Pump(queue, batch);
        }

        return null;
    }

    /// <summary>Ends the call whose YIELD or ERROR cannot be passed on: its caller gets the refusal. Returns a protocol violation of the callee, or null.</summary>
    public string? Fail(Member callee, in WampMessage answer, in Refusal refusal, FlushBatch batch)
    {
        if (answer.Code == MessageCode.Error && ViolationOf(answer) is { } violation)
        {
            return violation;
        }

        if (answer.Code == MessageCode.Yield && answer.FindFlag("progress"u8) is true)
        {
            return FailPiece(callee, answer.Request, refusal, batch);
        }

        if (!callee.Invocations.TryEnd(answer.Request, out var invocation))
        {
            return $"{answer.Code.Name()} names an invocation that is not under way";
        }

        if (TryEndCall(callee, answer.Request, invocation) is { } caller)
        {
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, refusal, batch, gate: caller);
        }

        PumpQueue(invocation, batch);
        return null;
    }

    /// <summary>Answers everybody who waits for a session that has left the realm.</summary>
    public void CalleeLeft(Member callee, FlushBatch batch)
    {
        foreach (var (id, invocation) in callee.Invocations.Close())
        {
            if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id))
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.CalleeLeft, batch, gate: caller);
            }
        }
    }

    private static string? ViolationOf(Member callee, in PayloadPassthru passthru) =>
        passthru.IsUsed && (callee.Features & PeerFeatures.CalleePayloadPassthru) == 0
            ? "ppt_scheme needs the feature payload_passthru_mode, which this callee did not announce"
            : null;

    private static string? ViolationOf(in WampMessage error) =>
        error.RequestType != MessageCode.Invocation ? "a client's ERROR must answer an INVOCATION (68)" : null;

    /// <summary>
    /// Whether the callee hands a call back that it did not begin (<c>rfc/text/advanced/rpc_call_rerouting.md</c>). One that did not announce the feature means
    /// whatever it means by the URI.
    /// </summary>
    private static bool IsRefusal(Member callee, in WampMessage error, in PendingInvocation invocation) =>
        (callee.Features & PeerFeatures.CalleeReroute) != 0
        && error.Text.SequenceEqual("wamp.error.unavailable"u8)
        && invocation.Caller is not null
        && !invocation.Has(InvocationStates.Progressed)
        && invocation.Record is not { IsInPieces: true };

    /// <summary>
    /// Encodes and enqueues a RESULT, or says why the caller cannot be sent it. One that others follow must not end the session of a caller that is slow to read: it did not
    /// say how many it wants.
    /// </summary>
    private static Refusal? SendResult(Member caller, ulong request, in WampMessage yield, in YieldOptions options, FlushBatch batch)
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
    private static void Tell(Member callee, ulong invocation, in YieldOptions options, FlushBatch batch)
    {
        if (options.Passthru.IsUsed)
        {
            callee.Peer.Refuse(MessageCode.Yield, invocation, Refusal.PassthruNotTaken("caller"), batch);
        }
    }

    /// <summary>A result that others follow: the invocation goes on (<c>rfc/text/advanced/rpc_progressive_call_results.md</c>).</summary>
    private string? Progress(Member callee, in WampMessage yield, in YieldOptions options, FlushBatch batch)
    {
        PendingInvocation invocation;
        Refusal? refusal;
        var invocations = callee.Invocations;

        // Under the gate from the look to the enqueueing: who ends the call cuts it off there first, so nothing follows the caller's last message.
        lock (invocations.Gate)
        {
            if (!invocations.TryGet(yield.Request, out invocation))
            {
                return TakeLate(invocations, yield.Request);
            }

            if (!invocation.Has(InvocationStates.ReceivesProgress))
            {
                // What the caller left out is not the callee's fault: clients in the field always send progress. Passed on, it would be taken for the whole answer.
                metrics.ProgressDropped();
                return null;
            }

            if (invocation.Caller is not { } caller || !caller.Calls.IsServedBy(invocation.CallRequest, callee, yield.Request))
            {
                metrics.Discarded();
                return null;
            }

            refusal = SendResult(caller, invocation.CallRequest, yield, options, batch);
            if (refusal is null)
            {
                NoteProgress(invocations, yield.Request, invocation);
                return null;
            }
        }

        GiveUp(callee, yield.Request, invocation, refusal.Value, batch);
        Tell(callee, yield.Request, options, batch);
        return null;
    }

    private string? FailPiece(Member callee, ulong id, in Refusal refusal, FlushBatch batch)
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

    private string? TakeLate(PendingInvocations invocations, ulong id)
    {
        if (!invocations.IsLate(id))
        {
            return "YIELD names an invocation that is not under way";
        }

        metrics.Discarded();
        return null;
    }

    /// <summary>One result is lost, so the rest is worth nothing: ends the call and stops the callee.</summary>
    private void GiveUp(Member callee, ulong id, in PendingInvocation invocation, in Refusal reason, FlushBatch batch)
    {
        if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id))
        {
            Cancellation.Abandon(new PendingCall(callee, id), caller, invocation.CallRequest, CancelMode.KillNoWait, batch);
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, reason, batch, gate: caller);
            PumpQueue(invocation, batch);
        }
    }

    private void NoteProgress(PendingInvocations invocations, ulong id, in PendingInvocation invocation)
    {
        if (!invocation.Has(InvocationStates.Progressed))
        {
            invocations.Note(id, invocation, InvocationStates.Progressed);
        }

        if (invocation.Record is { Patience: > 0 } record)
        {
            calls.Timeouts.Restart(record);
        }
    }

    private void Forward(Member callee, in WampMessage error, in PayloadPassthru passthru, in PendingInvocation invocation, FlushBatch batch)
    {
        if (TryEndCall(callee, error.Request, invocation) is not { } caller)
        {
            return;
        }

        if (passthru.IsUsed && (caller.Features & PeerFeatures.CallerPayloadPassthru) == 0)
        {
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.PassthruNotTaken("caller"), batch, gate: caller);
        }
        else if (CallFrames.TryError(caller.Peer, invocation.CallRequest, passthru, error, out var frame))
        {
            caller.Peer.Send(frame, batch, gate: caller);
        }
        else
        {
            caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.NotExpressible("error"), batch, gate: caller);
        }
    }

    private void PumpQueue(in PendingInvocation invocation, FlushBatch batch)
    {
        if (invocation.Record?.Queue is { } queue)
        {
            routing.Pump(queue, batch);
        }
    }

    /// <summary>The caller to answer, or null where the call has ended otherwise.</summary>
    private Member? TryEndCall(Member callee, ulong id, in PendingInvocation invocation)
    {
        if (invocation.Caller is { } caller && calls.TryEnd(caller, invocation.CallRequest, callee, id))
        {
            return caller;
        }

        metrics.Discarded();
        return null;
    }
}
