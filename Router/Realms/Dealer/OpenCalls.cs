using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Ends calls, each exactly once, and frees what was kept for them: the time limit, and the copy of the CALL, which counts for its caller. Whoever ends a call answers it, and
/// counts how it ended (<see cref="RealmMetrics.CallEnded"/>).
/// </summary>
internal sealed class OpenCalls(CallTimeouts timeouts)
{
    /// <summary>The time limits.</summary>
    public CallTimeouts Timeouts { get; } = timeouts;

    /// <summary>Keeps a copy of a call until it ends; of a call in pieces, only the options. Returns null, or why there is no room.</summary>
    public static Refusal? Hold(CallRecord record, in CallOffer offer)
    {
        if (offer.IsPending || record.Held is not null)
        {
            return null;        // a call that is routed again has its copy already
        }

        var held = new CallRecord.Copy(offer.Options.Passthru.Format, offer.Options.Passthru.EncodedOptions, record.IsInPieces ? default : offer.Payload);
        if (record.Caller.Quota.Take(Resource.HeldCallBytes, held.Bytes) is { } refusal)
        {
            return refusal;
        }

        record.Held = held;
        return null;
    }

    /// <summary>Ends the call that this invocation serves. False: another thread was faster. If true, the caller of this method must answer and count the call.</summary>
    public bool TryEnd(Member caller, ulong request, Member callee, ulong invocation, out PendingCall call)
    {
        var ended = caller.Calls.TryRemove(request, callee, invocation, out call);
        if (ended && call.Record is { } record)
        {
            Forget(record);
        }

        return ended;
    }

    /// <summary>Ends a call, wherever it is. If true, the caller of this method must answer and count the call.</summary>
    public bool TryEnd(Member caller, ulong request, out PendingCall call)
    {
        var ended = caller.Calls.TryTake(request, out call);
        if (ended && call.Record is { } record)
        {
            Forget(record);
        }

        return ended;
    }

    /// <inheritdoc cref="TryEnd(Member, ulong, out PendingCall)"/>
    public bool TryEnd(CallRecord record, out PendingCall call)
    {
        var ended = record.Caller.Calls.TryTake(record, out call);
        if (ended)
        {
            Forget(record);
        }

        return ended;
    }

    /// <summary>Ends every call of a session; the caller of this method counts them.</summary>
    public IReadOnlyCollection<KeyValuePair<ulong, PendingCall>> EndAll(Member caller)
    {
        var calls = caller.Calls.TakeAll();
        foreach (var (_, call) in calls)
        {
            if (call.Record is { } record)
            {
                Forget(record);
            }
        }

        return calls;
    }

    /// <summary>Frees what was kept for a call that has ended, or never began.</summary>
    public void Forget(CallRecord record)
    {
        Timeouts.Forget(record);
        record.Work?.Stop();
        if (record.TakeHeld() is { } held)
        {
            record.Caller.Quota.Give(Resource.HeldCallBytes, held.Bytes);
        }
    }
}
