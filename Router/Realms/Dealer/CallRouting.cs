using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Routes CALL to INVOCATION. Runs to completion on the thread that brings the call, for new calls the caller's: so INVOCATIONs of one caller reach a
/// callee in the order of the CALLs. Only calls that wait in a <see cref="CallQueue"/> can be overtaken: by calls of other procedures and, when their registration ends, by calls made
/// at that moment.
/// </summary>
internal sealed class CallRouting(UriTable uris, Registrations registrations, OpenCalls calls, DecisionMaker? decisions, RealmMetrics metrics)
{
    private static readonly Refusal TooManyUnderWay = Refusal.LimitOf("this session has", "calls under way", "maxPendingCallsPerSession");

    private readonly CallPlacement _placement = new(calls, metrics);

    /// <summary>Routes a CALL.</summary>
    /// <param name="caller">Who gets the answer.</param>
    /// <param name="origin">Who calls, as far as callees are told.</param>
    /// <param name="role">What he may do.</param>
    /// <param name="call">The message.</param>
    /// <param name="maxPending">How many calls may wait for their answers.</param>
    /// <param name="batch">The outboxes touched.</param>
    /// <returns>Why the caller does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</returns>
    public Interruption? Call(Member caller, in Origin origin, Role role, in WampMessage call, int maxPending, FlushBatch batch)
    {
        var violation = CallOffer.Read(caller, origin, role, call, out var offer) ?? offer.Options.ViolationOf(caller.Features);
        if (violation is not null)
        {
            return violation;
        }

        var admission = caller.Calls.Admit(call.Request, maxPending);
        switch (admission)
        {
            case CallAdmission.UnderWay:
                return new ProtocolViolation("CALL.Request is the id of a call that is still under way");
            case CallAdmission.Superfluous:
                Discard(caller, call.Request, isLast: !offer.Options.Progress);
                return null;
            case CallAdmission.Continuation:
                return Continue(caller, call, offer.Options, batch);
        }

        offer.Address(uris.Find(call.Text));
        if (offer.Procedure.IsValid && decisions.Resolve(caller, role, Permissions.Call, MatchPolicy.Exact, offer.Procedure.Utf8, call, ref offer.Permissions) is { } awaited)
        {
            return awaited;
        }

        var refusal = RefusalOf(offer) ?? (admission == CallAdmission.Full ? TooManyUnderWay : Route(ref offer, batch));
        if (refusal is { } reason)
        {
            if (offer.Options.Progress)
            {
                caller.Calls.RefusedEarly(call.Request);
            }

            caller.Remark(role, call, MatchPolicy.Exact, reason);
            Refuse(offer, reason, batch);
        }

        return null;
    }

    /// <summary>Refuses a CALL that cannot be passed on. Returns a protocol violation of the caller, or null.</summary>
    public ProtocolViolation? Refuse(Member caller, in WampMessage call, in Refusal refusal, FlushBatch batch)
    {
        switch (caller.Calls.Admit(call.Request))
        {
            case CallAdmission.UnderWay:
                return new("CALL.Request is the id of a call that is still under way");
            case CallAdmission.Superfluous:
                Discard(caller, call.Request, isLast: call.FindFlag("progress"u8) is false);
                return null;
            case CallAdmission.Continuation:
                if (caller.Calls.TryGet(call.Request, out var pending) && pending.Record is { } record)
                {
                    Fail(record, refusal, batch);
                }

                return null;
        }

        // If its options cannot be read that far, more pieces may follow.
        if ((caller.Features & PeerFeatures.CallerProgressiveInvocations) != 0 && call.FindFlag("progress"u8) is not false)
        {
            caller.Calls.RefusedEarly(call.Request);
        }

        metrics.Refused(MessageCode.Call, refusal, caller.Identity);
        metrics.CallEnded(CallOutcome.Refused);
        caller.Peer.Refuse(MessageCode.Call, call.Request, refusal, batch);
        return null;
    }

    /// <summary>Routes the queued calls of an ended registration again, because another registration may match. In the order they came; calls made meanwhile may be before them.</summary>
    public void Rehouse(List<CallRecord> orphans, FlushBatch batch)
    {
        foreach (var record in orphans)
        {
            record.Queue = null;
            if (CallOffer.TryRepeat(record, out var offer) && Route(ref offer, batch) is { } refusal)
            {
                Refuse(offer, refusal.Error == WampErrors.NoSuchProcedure ? Refusal.NobodyLeft(offer.Procedure.Utf8) : refusal, batch);
            }
        }
    }

    /// <summary>Routes a call again, because its callee cannot serve it now (<c>rfc/text/advanced/rpc_call_rerouting.md</c>).</summary>
    public void Reroute(CallRecord record, FlushBatch batch)
    {
        (record.Refusals ??= []).Add(record.Endpoint!);
        if (CallOffer.TryRepeat(record, out var offer) && Route(ref offer, batch) is { } refusal)
        {
            Refuse(offer, refusal.Error == WampErrors.NoSuchProcedure ? Refusal.NoAvailableCallee : refusal, batch);
        }
    }

    /// <summary>Makes the calls that wait in a queue, if there is one, as long as callees have room. A thread that makes room calls this, holding no lock.</summary>
    public void Pump(CallQueue? queue, FlushBatch batch)
    {
        while (queue is not null && TryPumpOne(queue, batch))
        {
        }
    }

    /// <summary>Ignores a piece of a call that has ended.</summary>
    private void Discard(Member caller, ulong request, bool isLast)
    {
        metrics.Discarded();
        if (isLast)
        {
            caller.Calls.LastPieceCame(request);
        }
    }

    /// <summary>Routes the next piece of a call. A piece that cannot be passed on ends the call, because the others are useless without it.</summary>
    private ProtocolViolation? Continue(Member caller, in WampMessage call, in CallOptions options, FlushBatch batch)
    {
        var violation = ProgressiveCalls.Continue(caller, call, isLast: !options.Progress, batch, out var failed, out var reason);
        if (failed is not null)
        {
            Fail(failed, reason, batch);
        }

        return violation;
    }

    /// <summary>Ends a call in pieces, because one of them cannot be passed on.</summary>
    private void Fail(CallRecord record, in Refusal refusal, FlushBatch batch)
    {
        if (!calls.TryEnd(record, out var pending))
        {
            return;
        }

        if (pending.Callee is not null)
        {
            Cancellation.Abandon(pending, record.Caller, record.Request, CancelMode.KillNoWait, batch);
        }

        metrics.Refused(MessageCode.Call, refusal, record.Caller.Identity);
        metrics.CallEnded(CallOutcome.Refused, pending.Began);
        record.Caller.Peer.Refuse(MessageCode.Call, record.Request, refusal, batch);
        if (record.Queue is { } queue)
        {
            Pump(queue, batch);
        }
    }

    /// <summary>How a call ended that goes to no callee. One that was canceled, or whose callee left while it was offered, is refused for that.</summary>
    private static CallOutcome OutcomeOf(in Refusal reason) =>
        reason == Refusal.Canceled ? CallOutcome.Canceled
        : reason == Refusal.CalleeLeft ? CallOutcome.CalleeLeft
        : CallOutcome.Refused;

    private Refusal? RefusalOf(in CallOffer offer) =>
        !offer.Procedure.IsValid ? Refusal.WrongUri(offer.Procedure.Utf8, uris.Check)
        : (offer.Permissions & Permissions.Call) == 0 ? Refusal.NotAllowed(offer.Role, offer.Permissions, decisions is not null, "call", offer.Procedure.Utf8)
        : offer.Options.DiscloseMe && offer.Origin.IsHere && !offer.Role.Policy.Settings.AllowDiscloseMe ? Refusal.DisclosureForbidden
        : offer.Options.Fault is { } fault ? Refusal.InvalidArgument(fault)
        : null;

    private void Refuse(in CallOffer offer, in Refusal reason, FlushBatch batch)
    {
        metrics.Refused(MessageCode.Call, reason, offer.Caller.Identity);
        PendingCall ended = default;
        var isOurs = !offer.IsPending || (offer.Record is { } pending ? calls.TryEnd(pending, out ended) : calls.TryEnd(offer.Caller, offer.Request, out ended));
        if (offer.Record is { } record)
        {
            calls.Forget(record);
        }

        if (isOurs)
        {
            metrics.CallEnded(OutcomeOf(reason), ended.Began);
            offer.Caller.Peer.Refuse(MessageCode.Call, offer.Request, reason, batch, gate: offer.Caller);
        }
    }

    private Refusal? Route(ref CallOffer offer, FlushBatch batch)
    {
        while (registrations.Find(offer.Procedure) is { } registration)
        {
            Refusal? refusal;
            var outcome = registration.Queue is { } queue
                ? OfferOrQueue(queue, ref offer, batch, out refusal)
                : _placement.Offer(registration, ref offer, batch, out refusal);
            switch (outcome)
            {
                case OfferOutcome.Settled:
                    return refusal;
                case OfferOutcome.Busy:
                    return Refusal.CalleeIsFull;
            }

            // Stale: the registration has just changed; the next lookup finds the current one.
        }

        return Refusal.NoSuchProcedure(offer.Procedure.Utf8);
    }

    private OfferOutcome OfferOrQueue(CallQueue queue, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        refusal = null;
        lock (queue.Gate)
        {
            if (queue.IsClosed)
            {
                return OfferOutcome.Stale;
            }

            var outcome = queue.Count > 0 ? OfferOutcome.Busy : _placement.Offer(queue.Registration, ref offer, batch, out refusal);
            if (outcome == OfferOutcome.Busy)
            {
                refusal = Enqueue(queue, ref offer);
                outcome = OfferOutcome.Settled;
            }

            return outcome;
        }
    }

    private Refusal? Enqueue(CallQueue queue, ref CallOffer offer)
    {
        if (offer.Options.Progress || queue.Count >= offer.Role.Policy.Limits.MaxQueuedCallsPerRegistration)
        {
            return Refusal.QueueIsFull;
        }

        var record = offer.Record ??= new CallRecord(offer.Caller, offer.Origin, offer.Role, offer.Request, offer.Procedure) { Permissions = offer.Permissions };
        if (OpenCalls.Hold(record, offer) is { } noRoom)
        {
            return noRoom;
        }

        record.Queue = queue;
        if (!_placement.TryNote(ref offer, callee: null, invocation: 0))
        {
            return Refusal.Canceled;
        }

        _placement.Watch(offer);
        queue.Add(record);
        return null;
    }

    private bool TryPumpOne(CallQueue queue, FlushBatch batch)
    {
        lock (queue.Gate)
        {
            if (queue.First is not { } record)
            {
                return false;
            }

            if (!CallOffer.TryRepeat(record, out var offer))
            {
                queue.Remove(record);
                return true;
            }

            switch (_placement.Offer(queue.Registration, ref offer, batch, out var refusal))
            {
                case OfferOutcome.Busy:
                    return false;
                case OfferOutcome.Stale:
                    return !queue.Registration.Endpoints.IsEmpty;       // the thread that removed the last callee closes the queue
            }

            queue.Remove(record);
            if (refusal is { } reason)
            {
                Refuse(offer, reason, batch);
            }

            return true;
        }
    }
}
