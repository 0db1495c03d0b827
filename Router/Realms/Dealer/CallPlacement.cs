using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Dealer;

/// <summary>The result of offering a call to a registration.</summary>
internal enum OfferOutcome : byte
{
    /// <summary>The INVOCATION is sent, or the call is refused for good.</summary>
    Settled,

    /// <summary>No callee that could serve the call has room.</summary>
    Busy,

    /// <summary>The callee has left meanwhile: look the procedure up again.</summary>
    Stale,
}

/// <summary>Picks the callee of a registration for a call, and sends it the INVOCATION.</summary>
internal sealed class CallPlacement(OpenCalls calls, RealmMetrics metrics)
{
    /// <summary>Offers a call to the callees of a registration, in the order of its policy.</summary>
    public OfferOutcome Offer(Registration registration, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        var excluded = offer.Record?.Refusals;
        var isAnyBusy = false;
        while (Pick(registration, offer, excluded) is { } endpoint)
        {
            var outcome = Invoke(endpoint, ref offer, batch, out refusal);
            if (outcome != OfferOutcome.Busy || offer.Options.IsSharded)
            {
                return outcome;
            }

            isAnyBusy = true;
            excluded = [.. excluded ?? [], endpoint];
        }

        refusal = Refusal.NoAvailableCallee;
        return isAnyBusy ? OfferOutcome.Busy : registration.Endpoints.IsEmpty ? OfferOutcome.Stale : OfferOutcome.Settled;
    }

    private static CalleeEndpoint? Pick(Registration registration, in CallOffer offer, List<CalleeEndpoint>? excluded) =>
        offer.Options.IsSharded ? registration.PickShard(offer.Options.ShardKey, excluded)
        : excluded is null ? registration.Pick()
        : registration.PickOther(excluded);

    private OfferOutcome Invoke(CalleeEndpoint endpoint, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        var invocations = endpoint.Callee.Invocations;
        refusal = InvocationDetails.RefusalOf(endpoint.Callee, offer.Options) ?? Remember(endpoint, ref offer);
        if (refusal is not null)
        {
            return OfferOutcome.Settled;
        }

        lock (invocations.Gate)
        {
            if (endpoint.IsClosed)
            {
                return OfferOutcome.Stale;
            }

            if (!endpoint.HasRoom || invocations.Count >= offer.Role.Policy.Limits.MaxPendingInvocationsPerSession)
            {
                return OfferOutcome.Busy;
            }

            return Send(endpoint, ref offer, batch, out refusal);
        }
    }

    /// <summary>Encodes, notes and enqueues the INVOCATION, or says why not. Under the callee's gate.</summary>
    private OfferOutcome Send(CalleeEndpoint endpoint, ref CallOffer offer, FlushBatch batch, out Refusal? refusal)
    {
        var callee = endpoint.Callee;
        var id = callee.Invocations.PrepareId();
        refusal = null;
        var details = InvocationDetails.Of(endpoint, offer);
        if (!CallFrames.TryInvocation(callee.Peer, id, endpoint.Registration.Id, details, offer.Payload, out var frame))
        {
            refusal = Refusal.NotExpressible("call");
            return OfferOutcome.Settled;
        }

        // Noted on both sides before the frame can leave: the answer may come on another thread at once.
        if (!TryNote(ref offer, callee, id))
        {
            refusal = Refusal.Canceled;
            return OfferOutcome.Settled;
        }

        Begin(endpoint, offer, details.ReceiveProgress);
        switch (callee.Peer.Offer(frame, batch))
        {
            case SendOutcome.NoRoom:
                refusal = TakeBack(callee, ref offer);
                if (refusal is null && endpoint.Registration.Queue is null)
                {
                    return OfferOutcome.Busy;
                }

                refusal ??= Refusal.CalleeIsFull;       // nothing tells when the callee reads again, so the call cannot wait in a queue
                break;
            case SendOutcome.TooLong:
                refusal = TakeBack(callee, ref offer) ?? Refusal.TooLong("call for its callee");
                break;
            case SendOutcome.Gone:
                // The callee is leaving; the thread that removes the call answers it.
                callee.Invocations.TryAbandon(id, offer.Caller, offer.Request);
                refusal = Refusal.CalleeLeft;
                break;
        }

        return OfferOutcome.Settled;
    }

    /// <summary>Undoes an offer to a callee that does not keep up and got nothing. Returns why the call cannot go on, or null. Under the callee's gate.</summary>
    private static Refusal? TakeBack(Member callee, ref CallOffer offer)
    {
        callee.Invocations.TakeBack();
        if (offer.Record is { } record)
        {
            return offer.Caller.Calls.TryMove(record, callee: null, invocation: 0) ? null : Refusal.Canceled;
        }

        offer.IsPending = false;
        return offer.Caller.Calls.TryTake(offer.Request, out _) ? null : Refusal.Canceled;
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

    /// <summary>Makes a record for a call that needs one. Returns why there is no room for it, or null.</summary>
    private static Refusal? Remember(CalleeEndpoint endpoint, ref CallOffer offer)
    {
        var mayBeRefused = (endpoint.Callee.Features & PeerFeatures.CalleeReroute) != 0 && endpoint.Registration.Endpoints.Length > 1 && !offer.Options.Progress;
        if (offer.Record is null && !mayBeRefused && !offer.Options.Progress && offer.Options.TimeoutMilliseconds == 0 && !endpoint.IsLimited)
        {
            return null;
        }

        var record = offer.Record ??= new CallRecord(offer.Caller, offer.Origin, offer.Role, offer.Request, offer.Procedure) { Permissions = offer.Permissions, IsInPieces = offer.Options.Progress, AwaitsMore = offer.Options.Progress };
        record.Endpoint = endpoint;
        record.Queue = endpoint.Registration.Queue;
        var noRoom = mayBeRefused || record.IsInPieces ? OpenCalls.Hold(record, offer) : null;

        // Without room for a copy the call is still made; but it cannot be rerouted if the callee refuses it.
        record.NoRoom = noRoom;
        return record.IsInPieces ? noRoom : null;
    }

    /// <summary>Starts the time limit of a call that has one; only the first time.</summary>
    public void Watch(in CallOffer offer)
    {
        if (offer.Options.TimeoutMilliseconds > 0 && offer.Record is { TimeLimit: 0 } record)
        {
            calls.Timeouts.Watch(record, offer.Options.TimeoutMilliseconds);
        }
    }

    /// <summary>Notes for the caller where its call is now. False: it was canceled, or has ended.</summary>
    public bool TryNote(ref CallOffer offer, Member? callee, ulong invocation)
    {
        if (offer.IsPending)
        {
            return offer.Caller.Calls.TryMove(offer.Record!, callee, invocation);
        }

        offer.Caller.Calls.Add(offer.Request, new PendingCall(callee, invocation, offer.Record, metrics.BeginCall()));
        offer.IsPending = true;
        return true;
    }
}
