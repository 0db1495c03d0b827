using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Ends calls, each exactly once, and with a call what was remembered of it: its time limit, and the copy of it, which counts for its caller.
/// </summary>
internal sealed class OpenCalls(CallTimeouts timeouts)
{
    /// <summary>The time limits.</summary>
    public CallTimeouts Timeouts { get; } = timeouts;

    /// <summary>Keeps a copy of a call until it ends, of one in pieces only the options. Null, or why there is no room for it.</summary>
    public static Refusal? Hold(CallRecord record, in CallOffer offer)
    {
        if (offer.IsPending || record.Held is not null)
        {
            return null;        // what is made again was held for that
        }

        var held = new HeldCall(offer.Options.Passthru.Format, offer.Options.Passthru.EncodedOptions, record.IsInPieces ? default : offer.Payload);
        if (record.Caller.Quota.Take(Resource.HeldCallBytes, held.Bytes) is { } refusal)
        {
            return refusal;
        }

        record.Held = held;
        return null;
    }

    /// <summary>Ends the call that this invocation serves; false where another was faster. Who succeeds answers the caller.</summary>
    public bool TryEnd(Member caller, ulong request, Member callee, ulong invocation)
    {
        var ended = caller.Calls.TryRemove(request, callee, invocation, out var record);
        if (ended && record is not null)
        {
            Forget(record);
        }

        return ended;
    }

    /// <summary>Ends a call wherever it is; see the other <c>TryEnd</c>.</summary>
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

    /// <summary>Ends every call of a session.</summary>
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

    /// <summary>Frees what a call was given that has ended, or never began.</summary>
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
