using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Remote procedure calls of one realm (<c>rfc/text/basic/remote_procedure_call.md</c>): the messages, each with who acts on it. A CALL runs on the
/// caller's thread until its INVOCATION is enqueued, an answer on the callee's until the caller's RESULT is.
/// </summary>
internal sealed class Dealer(UriTable uris, RealmMetrics metrics)
{
    private readonly CallRouting _routing = new(uris, metrics);
    private readonly Answers _answers = new(metrics);
    private readonly Cancellation _cancellation = new(metrics);

    /// <summary>Who serves what.</summary>
    public Registrations Registrations { get; } = new(uris);

    /// <summary>Routes a CALL. Returns a protocol violation of the caller, or null.</summary>
    public string? Call(Member caller, in WampMessage call, FlushBatch batch) => _routing.Call(caller, call, batch);

    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Yield(Member callee, in WampMessage yield, FlushBatch batch) => _answers.Yield(callee, yield, batch);

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Error(Member callee, in WampMessage error, FlushBatch batch) => _answers.Error(callee, error, batch);

    /// <summary>Acts on a CANCEL (<c>rfc/text/advanced/rpc_call_canceling.md</c>).</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch) => _cancellation.Cancel(caller, cancel, batch);

    /// <summary>Answers a REGISTER. Returns a protocol violation of the callee, or null.</summary>
    public string? Register(Member member, in WampMessage register, FlushBatch batch)
    {
        if (RegisterOptions.Read(register, out var options) is { } violation)
        {
            return violation;
        }

        var procedure = uris.Find(register.Text);
        var refusal = !procedure.IsValid ? Refusal.InvalidUri
            : procedure.IsReserved ? Refusal.ReservedUri
            : (procedure.PermissionsOf(member.Role) & Permissions.Register) == 0 ? Refusal.NotAuthorized
            : options.Refusal ?? Registrations.Register(member, register, options, batch);
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Register);
            member.Peer.Refuse(MessageCode.Register, register.Request, reason, batch);
        }

        return null;
    }

    /// <summary>Answers an UNREGISTER; only the session's own registrations count. Invocations under way may still be answered.</summary>
    public void Unregister(Member member, in WampMessage unregister, FlushBatch batch)
    {
        if (!Registrations.TryUnregister(member, unregister, batch))
        {
            metrics.Refused(MessageCode.Unregister);
            member.Peer.Refuse(MessageCode.Unregister, unregister.Request, Refusal.NoSuchRegistration, batch);
        }
    }

    /// <summary>
    /// Drops everything a leaving session registered, answers those who wait for it, and abandons what it waited for. Idempotent.
    /// </summary>
    public void Leave(Member member, FlushBatch batch)
    {
        Registrations.Leave(member);
        Answers.CalleeLeft(member, batch);
        Cancellation.CallerLeft(member, batch);
    }
}
