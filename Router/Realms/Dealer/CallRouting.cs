using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// CALL to INVOCATION. Runs to the end on the thread that brings the call, which for new calls is the caller's: INVOCATIONs of one caller reach a
/// callee in the order of the CALLs. Only calls that wait in a <see cref="CallQueue"/> are overtaken, by calls of other procedures.
/// </summary>
internal sealed class CallRouting(UriTable uris, Registrations registrations, OpenCalls calls, RealmSettings settings, RealmMetrics metrics)
{
    private readonly ProgressiveCalls _progressive = new(calls, settings);

    /// <summary>Routes a CALL. Returns a protocol violation of the caller, or null.</summary>
    public string? Call(Member caller, in WampMessage call, FlushBatch batch)
    {
        var violation = CallOptions.Read(call, out var options) ?? ViolationOf(caller, options);
        if (violation is not null)
        {
            return violation;
        }

        var admission = caller.Calls.Admit(call.Request);
        switch (admission)
        {
            case CallAdmission.UnderWay:
                return "CALL.Request is the id of a call that is still under way";
            case CallAdmission.Superfluous:
                metrics.Discarded();
                return null;
            case CallAdmission.Continuation:
                return _progressive.Continue(caller, call, isLast: !options.Progress, batch);
        }

        var offer = CallOffer.First(caller, uris.Find(call.Text), call, options);
        var refusal = RefusalOf(offer) ?? (admission == CallAdmission.Full ? Refusal.Limit("calls under way") : Route(ref offer, batch));
        if (refusal is { } reason)
        {
            if (options.Progress)
            {
                caller.Calls.RefusedEarly(call.Request);
            }

            Refuse(offer, reason, batch);
        }

        return null;
    }

    /// <summary>Makes a call again whose callee cannot serve it now (<c>rfc/text/advanced/rpc_call_rerouting.md</c>).</summary>
    public void Reroute(CallRecord record, FlushBatch batch)
    {
        (record.Refusals ??= []).Add(record.Endpoint!);
        var offer = CallOffer.Again(record);
        if (Route(ref offer, batch) is { } refusal)
        {
            Refuse(offer, refusal.Error == WampErrors.NoSuchProcedure ? Refusal.NoAvailableCallee : refusal, batch);
        }
    }

    /// <summary>Makes the calls that wait, as far as there is room. Whoever makes room calls this, holding no lock.</summary>
    public void Pump(CallQueue queue, FlushBatch batch)
    {
        while (TryPumpOne(queue, batch))
        {
        }
    }

    private static string? ViolationOf(Member caller, in CallOptions options) =>
        options.Progress && (caller.Features & PeerFeatures.CallerProgressiveInvocations) == 0
            ? "CALL.Options.progress needs the feature progressive_call_invocations, which this caller did not announce"
        : options.Passthru.IsUsed && (caller.Features & PeerFeatures.CallerPayloadPassthru) == 0
            ? "CALL.Options.ppt_scheme needs the feature payload_passthru_mode, which this caller did not announce"
        : null;

    private Refusal? RefusalOf(in CallOffer offer) =>
        !offer.Procedure.IsValid ? Refusal.InvalidUri
        : (offer.Procedure.PermissionsOf(offer.Caller.Role) & Permissions.Call) == 0 ? Refusal.NotAuthorized
        : offer.Options.DiscloseMe && !settings.AllowDiscloseMe ? Refusal.DisclosureForbidden
        : offer.Options.Refusal;

    private void Refuse(in CallOffer offer, in Refusal reason, FlushBatch batch)
    {
        metrics.Refused(MessageCode.Call);
        var isOurs = !offer.IsPending || (offer.Record is { } pending ? calls.TryEnd(pending, out _) : calls.TryEnd(offer.Caller, offer.Request, out _));
        if (offer.Record is { } record)
        {
            calls.Forget(record);
        }

        if (isOurs)
        {
            offer.Caller.Peer.Refuse(MessageCode.Call, offer.Request, reason, batch);
        }
    }

    private Refusal? Route(ref CallOffer offer, FlushBatch batch)
    {
        while (registrations.Find(offer.Procedure) is { } registration)
        {
            Refusal? refusal;
            var outcome = registration.Queue is { } queue
                ? OfferOrQueue(queue, ref offer, batch, out refusal)
                : Offer(registration, ref offer, batch, out refusal);
            switch (outcome)
            {
                case Outcome.Settled:
                    return refusal;
                case Outcome.Busy:
                    return Refusal.CalleeIsFull;
            }

            // Stale: the registration has just changed, the next look finds what holds now.
        }

        return Refusal.NoSuchProcedure;
    }

    private Outcome OfferOrQueue(CallQueue queue, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        refusal = null;
        lock (queue.Gate)
        {
            if (queue.IsClosed)
            {
                return Outcome.Stale;
            }

            var outcome = queue.Count > 0 ? Outcome.Busy : Offer(queue.Registration, ref offer, batch, out refusal);
            if (outcome == Outcome.Busy)
            {
                refusal = Enqueue(queue, ref offer);
                outcome = Outcome.Settled;
            }

            return outcome;
        }
    }

    private Refusal? Enqueue(CallQueue queue, ref CallOffer offer)
    {
        if (offer.Options.Progress || !queue.HasRoom)
        {
            return Refusal.QueueIsFull;
        }

        var record = offer.Record ??= new CallRecord(offer.Caller, offer.Request, offer.Procedure);
        if (!calls.TryHold(record, offer))
        {
            return Refusal.QueueIsFull;
        }

        record.Queue = queue;
        if (!TryNote(ref offer, callee: null, invocation: 0))
        {
            return Refusal.Canceled;
        }

        Watch(offer);
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

            var offer = CallOffer.Again(record);
            switch (Offer(queue.Registration, ref offer, batch, out var refusal))
            {
                case Outcome.Busy:
                    return false;
                case Outcome.Stale:
                    return !queue.Registration.Endpoints.IsEmpty;       // whoever took the last one closes the queue
            }

            queue.Remove(record);
            if (refusal is { } reason)
            {
                Refuse(offer, reason, batch);
            }

            return true;
        }
    }

    /// <summary>Offers a call to the callees of a registration, in the order of its policy.</summary>
    private Outcome Offer(Registration registration, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        var excluded = offer.Record?.Refusals;
        var isAnyBusy = false;
        while (Pick(registration, offer, excluded) is { } endpoint)
        {
            var outcome = Invoke(endpoint, ref offer, batch, out refusal);
            if (outcome != Outcome.Busy || offer.Options.IsSharded)
            {
                return outcome;
            }

            isAnyBusy = true;
            excluded = [.. excluded ?? [], endpoint];
        }

        refusal = Refusal.NoAvailableCallee;
        return isAnyBusy ? Outcome.Busy : registration.Endpoints.IsEmpty ? Outcome.Stale : Outcome.Settled;
    }

    private static CalleeEndpoint? Pick(Registration registration, in CallOffer offer, List<CalleeEndpoint>? excluded) =>
        offer.Options.IsSharded ? registration.PickShard(offer.Options.ShardKey, excluded)
        : excluded is null ? registration.Pick()
        : registration.PickOther(excluded);

    private Outcome Invoke(CalleeEndpoint endpoint, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        var callee = endpoint.Callee;
        var invocations = callee.Invocations;
        refusal = InvocationDetails.RefusalOf(callee, offer.Options) ?? Remember(endpoint, ref offer);
        if (refusal is not null)
        {
            return Outcome.Settled;
        }

        var details = InvocationDetails.Of(endpoint, offer, settings);
        lock (invocations.Gate)
        {
            if (endpoint.IsClosed)
            {
                return Outcome.Stale;
            }

            if (!endpoint.HasRoom || !invocations.HasRoom)
            {
                return Outcome.Busy;
            }

            var id = invocations.NextId;
            if (!CallFrames.TryInvocation(callee.Peer, id, endpoint.Registration.Id, details, offer.Payload, out var frame))
            {
                refusal = Refusal.NotExpressible("call");
                return Outcome.Settled;
            }

            // Noted on both sides before the frame can leave: the answer may come on another thread at once.
            if (!TryNote(ref offer, callee, id))
            {
                refusal = Refusal.Canceled;
                return Outcome.Settled;
            }

            Begin(endpoint, offer, details.ReceiveProgress);
            if (!callee.Peer.Send(frame, batch))
            {
                // The callee is going; whoever removes the call answers it.
                invocations.TryAbandon(id);
                refusal = Refusal.CalleeLeft;
            }

            return Outcome.Settled;
        }
    }

    private void Begin(CalleeEndpoint endpoint, in CallOffer offer, bool receivesProgress)
    {
        endpoint.Callee.Invocations.Begin(new PendingInvocation(offer.Caller, offer.Request, offer.Record, receivesProgress ? InvocationStates.ReceivesProgress : InvocationStates.None));
        if (endpoint.IsLimited)
        {
            offer.Record!.Occupy(endpoint);
        }

        if (offer.Options.TimeoutMilliseconds > 0 && !endpoint.KeepsTime)
        {
            Watch(offer);
        }
    }

    /// <summary>Makes a record for a call that needs one.</summary>
    private Refusal? Remember(CalleeEndpoint endpoint, ref CallOffer offer)
    {
        var mayBeRefused = (endpoint.Callee.Features & PeerFeatures.CalleeReroute) != 0 && endpoint.Registration.Endpoints.Length > 1 && !offer.Options.Progress;
        if (offer.Record is null && !mayBeRefused && !offer.Options.Progress && offer.Options.TimeoutMilliseconds == 0 && !endpoint.IsLimited)
        {
            return null;
        }

        var record = offer.Record ??= new CallRecord(offer.Caller, offer.Request, offer.Procedure) { IsInPieces = offer.Options.Progress, AwaitsMore = offer.Options.Progress };
        record.Endpoint = endpoint;
        record.Queue = endpoint.Registration.Queue;
        var isHeld = (!mayBeRefused && !record.IsInPieces) || calls.TryHold(record, offer);

        // Without room for a copy the call is still made; if the callee refuses it, that is the end of it.
        return isHeld || !record.IsInPieces ? null : Refusal.Limit("calls in pieces");
    }

    private void Watch(in CallOffer offer)
    {
        if (offer.Options.TimeoutMilliseconds > 0 && offer.Record is { Patience: 0 } record)
        {
            calls.Timeouts.Watch(record, offer.Options.TimeoutMilliseconds);
        }
    }

    /// <summary>Notes for the caller where its call is. False: it was canceled, or has ended otherwise.</summary>
    private static bool TryNote(ref CallOffer offer, Member? callee, ulong invocation)
    {
        if (offer.IsPending)
        {
            return offer.Caller.Calls.TryMove(offer.Record!, callee, invocation);
        }

        offer.Caller.Calls.Add(offer.Request, new PendingCall(callee, invocation, offer.Record));
        offer.IsPending = true;
        return true;
    }

    private enum Outcome
    {
        /// <summary>The call is made, or refused for good.</summary>
        Settled,

        /// <summary>Every callee that could serve it has no room.</summary>
        Busy,

        /// <summary>Who was picked has left meanwhile: look again.</summary>
        Stale,
    }
}
