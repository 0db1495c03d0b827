using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.Dealer;

/// <summary>What became of a call offered to a registration.</summary>
internal enum OfferOutcome : byte
{
    /// <summary>The call is made, or refused for good.</summary>
    Settled,

    /// <summary>Every callee that could serve it has no room.</summary>
    Busy,

    /// <summary>Who was picked has left meanwhile: look the procedure up again.</summary>
    Stale,
}

/// <summary>Finds the callee of a registration that serves a call, and sends it the INVOCATION.</summary>
internal sealed class CallPlacement(OpenCalls calls, RealmSettings settings)
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

            if (!endpoint.HasRoom || !invocations.HasRoom)
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
        var details = InvocationDetails.Of(endpoint, offer, settings);
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

                refusal ??= Refusal.CalleeIsFull;       // nothing says when a callee reads again, so no call waits for that in a queue
                break;
            case SendOutcome.Gone:
                // The callee is going; whoever removes the call answers it.
                callee.Invocations.TryAbandon(id, offer.Caller, offer.Request);
                refusal = Refusal.CalleeLeft;
                break;
        }

        return OfferOutcome.Settled;
    }

    /// <summary>A callee that does not keep up got nothing: the call is as if it had not been offered to it. Returns why it goes no further, or null. Under the callee's gate.</summary>
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

    /// <summary>Makes a record for a call that needs one.</summary>
    private static Refusal? Remember(CalleeEndpoint endpoint, ref CallOffer offer)
    {
        var mayBeRefused = (endpoint.Callee.Features & PeerFeatures.CalleeReroute) != 0 && endpoint.Registration.Endpoints.Length > 1 && !offer.Options.Progress;
        if (offer.Record is null && !mayBeRefused && !offer.Options.Progress && offer.Options.TimeoutMilliseconds == 0 && !endpoint.IsLimited)
        {
            return null;
        }

        var record = offer.Record ??= new CallRecord(offer.Caller, offer.Request, offer.Procedure) { IsInPieces = offer.Options.Progress, AwaitsMore = offer.Options.Progress };
        record.Endpoint = endpoint;
        record.Queue = endpoint.Registration.Queue;
        var noRoom = mayBeRefused || record.IsInPieces ? OpenCalls.Hold(record, offer) : null;

        // Without room for a copy the call is still made; if the callee refuses it, that is the end of it.
        record.NoRoom = noRoom;
        return record.IsInPieces ? noRoom : null;
    }

    /// <summary>Begins the time of a call that has a limit, once.</summary>
    public void Watch(in CallOffer offer)
    {
        if (offer.Options.TimeoutMilliseconds > 0 && offer.Record is { TimeLimit: 0 } record)
        {
            calls.Timeouts.Watch(record, offer.Options.TimeoutMilliseconds);
        }
    }

    /// <summary>Notes for the caller where its call is. False: it was canceled, or has ended otherwise.</summary>
    public static bool TryNote(ref CallOffer offer, Member? callee, ulong invocation)
    {
        if (offer.IsPending)
        {
            return offer.Caller.Calls.TryMove(offer.Record!, callee, invocation);
        }

        offer.Caller.Calls.Add(offer.Request, new PendingCall(callee, invocation, offer.Record));
        offer.IsPending = true;
        return true;
    }
}
