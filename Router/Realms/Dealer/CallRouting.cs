using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>CALL to INVOCATION. Runs on the caller's thread to the end: INVOCATIONs of one caller reach a callee in the order of the CALLs.</summary>
internal sealed class CallRouting(UriTable uris, RealmMetrics metrics)
{
    /// <summary>Routes a CALL. Returns a protocol violation of the caller, or null.</summary>
    public string? Call(Member caller, in WampMessage call, FlushBatch batch)
    {
        if (!TryReadDisclosure(call, out var disclose))
        {
            return "CALL.Options.disclose_me must be a boolean";
        }

        var admission = caller.Calls.Admit(call.Request);
        if (admission == CallAdmission.UnderWay)
        {
            return "CALL.Request is the id of a call that is still under way";
        }

        var procedure = uris.Find(call.Text);
        var permissions = procedure.PermissionsOf(caller.Role);
        disclose |= (permissions & Permissions.DiscloseCaller) != 0;
        var refusal = !procedure.IsValid ? Refusal.InvalidUri
            : (permissions & Permissions.Call) == 0 ? Refusal.NotAuthorized
            : admission == CallAdmission.Full ? Refusal.Limit("calls under way")
            : Route(procedure, caller, call, disclose, batch);
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Call);
            caller.Peer.Refuse(MessageCode.Call, call.Request, reason, batch);
        }

        return null;
    }

    private static Refusal? Route(UriEntry procedure, Member caller, in WampMessage call, bool disclose, FlushBatch batch)
    {
        while (Registrations.Find(procedure) is { } registration)
        {
            // Without an endpoint, or with a closed one, the registration has just changed: the next look finds what holds now.
            if (registration.Pick() is { } endpoint && TryInvoke(endpoint, caller, call, disclose, batch, out var refusal))
            {
                return refusal;
            }
        }

        return Refusal.NoSuchProcedure;
    }

    /// <summary>False where the endpoint was closed since it was picked.</summary>
    private static bool TryInvoke(CalleeEndpoint endpoint, Member caller, in WampMessage call, bool disclose, FlushBatch batch, out Refusal? refusal)
    {
        var callee = endpoint.Callee;
        var invocations = callee.Invocations;
        refusal = null;
        lock (invocations.Gate)
        {
            if (endpoint.IsClosed)
            {
                return false;
            }

            if (!invocations.HasRoom)
            {
                refusal = Refusal.CalleeIsFull;
                return true;
            }

            if (!CallFrames.TryInvocation(callee.Peer, invocations.NextId, endpoint.Registration.Id, disclose ? caller.Identity : null, call, out var frame))
            {
                refusal = Refusal.NotExpressible("call");
                return true;
            }

            // Noted on both sides before the frame can leave: the answer may come on another thread at once.
            var id = invocations.Begin(caller, call.Request);
            caller.Calls.Add(call.Request, new PendingCall(callee, id));
            if (!callee.Peer.Send(frame, batch))
            {
                // The callee is going; whoever removes the call answers it.
                invocations.TryAbandon(id);
                refusal = caller.Calls.TryRemove(call.Request, callee, id) ? Refusal.CalleeLeft : null;
            }

            return true;
        }
    }

    private static bool TryReadDisclosure(in WampMessage call, out bool disclose)
    {
        disclose = false;
        if (!call.HasOptions)
        {
            return true;
        }

        var options = new DictionaryReader(call.Format, call.Options);
        return !options.TryFind("disclose_me"u8, out var value) || value.TryGetBoolean(out disclose);
    }
}
