using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>YIELD to RESULT, and ERROR to ERROR. Runs on the callee's thread to the end.</summary>
internal sealed class Answers(RealmMetrics metrics)
{
    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Yield(Member callee, in WampMessage yield, FlushBatch batch)
    {
        if (!callee.Invocations.TryEnd(yield.Request, out var invocation))
        {
            return "YIELD names an invocation that is not under way";
        }

        if (TryEndCall(callee, yield.Request, invocation) is { } caller)
        {
            if (CallFrames.TryResult(caller.Peer, invocation.CallRequest, yield.Payload, out var frame))
            {
                caller.Peer.Send(frame, batch);
            }
            else
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.NotExpressible("result"), batch);
            }
        }

        return null;
    }

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Error(Member callee, in WampMessage error, FlushBatch batch)
    {
        if (error.RequestType != MessageCode.Invocation)
        {
            return "a client's ERROR must answer an INVOCATION (68)";
        }

        if (!WampUri.IsValid(error.Text, strict: false))
        {
            return "ERROR.Error must be a URI";
        }

        if (!callee.Invocations.TryEnd(error.Request, out var invocation))
        {
            return "ERROR names an invocation that is not under way";
        }

        if (TryEndCall(callee, error.Request, invocation) is { } caller)
        {
            if (CallFrames.TryError(caller.Peer, invocation.CallRequest, error, out var frame))
            {
                caller.Peer.Send(frame, batch);
            }
            else
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.NotExpressible("error"), batch);
            }
        }

        return null;
    }

    /// <summary>Answers everybody who waits for a session that has left the realm.</summary>
    public static void CalleeLeft(Member callee, FlushBatch batch)
    {
        foreach (var (id, invocation) in callee.Invocations.Close())
        {
            if (invocation.Caller is { } caller && caller.Calls.TryRemove(invocation.CallRequest, callee, id))
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.CalleeLeft, batch);
            }
        }
    }

    /// <summary>The caller to answer, or null where the call has ended otherwise.</summary>
    private Member? TryEndCall(Member callee, ulong id, in PendingInvocation invocation)
    {
        if (invocation.Caller is { } caller && caller.Calls.TryRemove(invocation.CallRequest, callee, id))
        {
            return caller;
        }

        metrics.Discarded();
        return null;
    }
}
