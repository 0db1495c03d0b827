using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Remote procedure calls of one realm (<c>rfc/text/basic/remote_procedure_call.md</c>). A CALL runs on the caller's thread until its INVOCATION is
/// enqueued, an answer on the callee's until the caller's RESULT is: INVOCATIONs of one caller reach a callee in the order of the CALLs.
/// </summary>
internal sealed class Dealer(UriTable uris, RealmMetrics metrics)
{
    private readonly Lock _changes = new();      // lock order: Dealer -> UriTable, Dealer -> Outbox
    private readonly Dictionary<ulong, Registration> _registrations = [];
    private readonly Cancellation _cancellation = new(metrics);
    private ulong _lastRegistration;

    /// <summary>Procedures registered now.</summary>
    public int Registrations
    {
        get
        {
            lock (_changes)
            {
                return _registrations.Count;
            }
        }
    }

    /// <summary>Routes a CALL. Returns a protocol violation of the caller, or null.</summary>
    public string? Call(Member caller, in WampMessage call, FlushBatch batch)
    {
        if (!TryReadDisclosure(call, out var disclose))
        {
            return "CALL.Options.disclose_me must be a boolean";
        }

        if (caller.Calls.Contains(call.Request))
        {
            return "CALL.Request is the id of a call that is still under way";
        }

        var procedure = uris.Find(call.Text);
        var permissions = procedure.PermissionsOf(caller.Role);
        disclose |= (permissions & Permissions.DiscloseCaller) != 0;
        var refusal = !procedure.IsValid ? Refusal.InvalidUri
            : (permissions & Permissions.Call) == 0 ? Refusal.NotAuthorized
            : procedure.Registration is not { } registration ? Refusal.NoSuchProcedure
            : Invoke(registration, caller, call, disclose, batch);
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Call);
            caller.Peer.Refuse(MessageCode.Call, call.Request, reason, batch);
        }

        return null;
    }

    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Yield(Member callee, in WampMessage yield, FlushBatch batch)
    {
        if (!callee.Invocations.TryEnd(yield.Request, out var invocation))
        {
            return "YIELD names an invocation that is not under way";
        }

        if (TryEndCall(invocation, yield.Request) is { } caller)
        {
            if (CallFrames.TryResult(caller.Peer, invocation.CallRequest, yield.Payload, out var frame))
            {
                caller.Peer.Send(frame, batch);
            }
            else
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, NotExpressible("result"), batch);
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

        if (TryEndCall(invocation, error.Request) is { } caller)
        {
            if (CallFrames.TryError(caller.Peer, invocation.CallRequest, error, out var frame))
            {
                caller.Peer.Send(frame, batch);
            }
            else
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, NotExpressible("error"), batch);
            }
        }

        return null;
    }

    /// <summary>Acts on a CANCEL (<c>rfc/text/advanced/rpc_call_canceling.md</c>).</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch) => _cancellation.Cancel(caller, cancel, batch);

    /// <summary>Answers a REGISTER.</summary>
    public void Register(Member member, in WampMessage register, FlushBatch batch)
    {
        var procedure = uris.Find(register.Text);
        Refusal? refusal = !procedure.IsValid ? Refusal.InvalidUri
            : procedure.IsReserved ? Refusal.ReservedUri
            : (procedure.PermissionsOf(member.Role) & Permissions.Register) == 0 ? Refusal.NotAuthorized
            : OptionRefusal(register);
        refusal ??= Add(member, register, batch);
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Register);
            member.Peer.Refuse(MessageCode.Register, register.Request, reason, batch);
        }
    }

    /// <summary>Answers an UNREGISTER; only the session's own registrations count. Invocations under way may still be answered.</summary>
    public void Unregister(Member member, in WampMessage unregister, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.Registrations?.Remove(unregister.Registration, out var registration) is true)
            {
                Drop(registration);
                member.Peer.Acknowledge(MessageCode.Unregistered, unregister.Request, batch);
                return;
            }
        }

        metrics.Refused(MessageCode.Unregister);
        member.Peer.Refuse(MessageCode.Unregister, unregister.Request, Refusal.NoSuchRegistration, batch);
    }

    /// <summary>
    /// Drops everything a leaving session registered, answers those who wait for it, and abandons what it waited for. Idempotent.
    /// </summary>
    public void Leave(Member member, FlushBatch batch)
    {
        lock (_changes)
        {
            member.LeftDealer = true;
            foreach (var registration in member.Registrations?.Values ?? Enumerable.Empty<Registration>())
            {
                Drop(registration);
            }

            member.Registrations = null;
        }

        foreach (var (id, invocation) in member.Invocations.Close())
        {
            if (invocation.Caller is { } caller && caller.Calls.TryRemove(invocation.CallRequest, id))
            {
                caller.Peer.Refuse(MessageCode.Call, invocation.CallRequest, Refusal.CalleeLeft, batch);
            }
        }

        Cancellation.CallerLeft(member, batch);
    }

    private static Refusal? Invoke(Registration registration, Member caller, in WampMessage call, bool disclose, FlushBatch batch)
    {
        if (!caller.Calls.HasRoom)
        {
            return Refusal.Limit("calls under way");
        }

        var callee = registration.Callee;
        var invocations = callee.Invocations;
        lock (invocations.Gate)
        {
            if (invocations.IsClosed)
            {
                return Refusal.NoSuchProcedure;
            }

            if (!invocations.HasRoom)
            {
                return new Refusal(WampErrors.Unavailable, "the callee has reached its limit of unanswered invocations");
            }

            if (!CallFrames.TryInvocation(callee.Peer, invocations.NextId, registration.Id, disclose ? caller.Identity : null, call, out var frame))
            {
                return NotExpressible("call");
            }

            // Noted on both sides before the frame can leave: the answer may come on another thread at once.
            var id = invocations.Begin(caller, call.Request);
            caller.Calls.Add(call.Request, new PendingCall(callee, id));
            if (callee.Peer.Send(frame, batch))
            {
                return null;
            }

            // The callee is going; whoever removes the call answers it.
            invocations.TryAbandon(id);
            return caller.Calls.TryRemove(call.Request, id) ? Refusal.CalleeLeft : null;
        }
    }

    /// <summary>The caller to answer, or null where the call has ended otherwise.</summary>
    private Member? TryEndCall(in PendingInvocation invocation, ulong id)
    {
        if (invocation.Caller is { } caller && caller.Calls.TryRemove(invocation.CallRequest, id))
        {
            return caller;
        }

        metrics.Discarded();
        return null;
    }

    private Refusal? Add(Member member, in WampMessage register, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.LeftDealer)
            {
                return null;        // it left while this REGISTER was on its way; nobody reads an answer
            }

            member.Registrations ??= [];
            if (member.Registrations.Count >= member.Limits.MaxRegistrationsPerSession)
            {
                return Refusal.Limit("registrations");
            }

            var procedure = uris.Pin(register.Text);
            if (procedure.Registration is not null)
            {
                uris.Unpin(procedure);
                return Refusal.ProcedureExists;
            }

            var registration = new Registration(++_lastRegistration, procedure, member);
            _registrations.Add(registration.Id, registration);
            member.Registrations.Add(registration.Id, registration);

            // REGISTERED goes out before a caller can find the procedure: WAMP orders it so.
            member.Peer.Acknowledge(MessageCode.Registered, register.Request, registration.Id, batch);
            procedure.Registration = registration;
            return null;
        }
    }

    private void Drop(Registration registration)
    {
        registration.Procedure.Registration = null;
        _registrations.Remove(registration.Id);
        uris.Unpin(registration.Procedure);
    }

    private static Refusal NotExpressible(string what) =>
        Refusal.InvalidArgument($"the arguments of this {what} cannot be expressed in the receiver's serializer");

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

    private static Refusal? OptionRefusal(in WampMessage register)
    {
        var options = new DictionaryReader(register.Format, register.Options);
        while (options.TryReadNext(out var key, out var value))
        {
            if (key.SequenceEqual("match"u8) && !value.TextEquals("exact"u8))
            {
                return Refusal.NotOffered("pattern-based registrations");
            }

            if (key.SequenceEqual("invoke"u8) && !value.TextEquals("single"u8))
            {
                return Refusal.NotOffered("shared registrations");
            }
        }

        return null;
    }
}
