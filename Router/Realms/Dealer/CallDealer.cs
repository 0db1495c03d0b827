using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Remote procedure calls of one realm (<c>rfc/text/basic/remote_procedure_call.md</c>): the messages, each with who acts on it. A CALL runs on the
/// caller's thread until its INVOCATION is enqueued, an answer on the callee's until the caller's RESULT is.
/// </summary>
internal sealed class CallDealer
{
    private readonly UriTable _uris;
    private readonly RealmMetrics _metrics;
    private readonly RealmSettings _settings;
    private readonly CallRouting _routing;
    private readonly ResultRouting _results;
    private readonly Cancellation _cancellation;

    public CallDealer(UriTable uris, RealmSettings settings, RealmMetrics metrics, TimeProvider time)
    {
        _uris = uris;
        _metrics = metrics;
        _settings = settings;
        Calls = new OpenCalls(new CallTimeouts(time, (record, batch) => _cancellation!.Expire(record, batch)));
        Registrations = new Registrations(uris, settings.Limits, time);
        _routing = new CallRouting(uris, Registrations, Calls, settings, metrics);
        _results = new ResultRouting(_routing, Calls, metrics);
        _cancellation = new Cancellation(_routing, Calls, metrics);
    }

    /// <summary>Who serves what.</summary>
    public Registrations Registrations { get; }

    /// <summary>What calls under way hold.</summary>
    public OpenCalls Calls { get; }

    /// <summary>Routes a CALL. Returns a protocol violation of the caller, or null.</summary>
    public string? Call(Member caller, in WampMessage call, FlushBatch batch) => _routing.Call(caller, call, batch);

    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Yield(Member callee, in WampMessage yield, FlushBatch batch) => _results.Yield(callee, yield, batch);

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public string? Error(Member callee, in WampMessage error, FlushBatch batch) => _results.Error(callee, error, batch);

    /// <summary>Refuses a CALL that cannot be passed on. Returns a protocol violation of the caller, or null.</summary>
    public string? Refuse(Member caller, in WampMessage call, in Refusal refusal, FlushBatch batch) => _routing.Refuse(caller, call, refusal, batch);

    /// <summary>Ends the call whose YIELD or ERROR cannot be passed on. Returns a protocol violation of the callee, or null.</summary>
    public string? FailAnswer(Member callee, in WampMessage answer, in Refusal refusal, FlushBatch batch) => _results.Fail(callee, answer, refusal, batch);

    /// <summary>Acts on a CANCEL (<c>rfc/text/advanced/rpc_call_canceling.md</c>).</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch) => _cancellation.Cancel(caller, cancel, batch);

    /// <summary>Answers a REGISTER. Returns a protocol violation of the callee, or null.</summary>
    public string? Register(Member member, in WampMessage register, FlushBatch batch)
    {
        if (RegisterOptions.Read(register, out var options) is { } violation)
        {
            return violation;
        }

        CallQueue? queue = null;
        var orphans = new List<CallRecord>();
        var refusal = RefusalOf(member, register.Text, options) ?? Registrations.Register(member, register, options, batch, orphans, out queue);
        _routing.Rehouse(orphans, batch);       // those it takes over were there before those that come now
        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Register, reason, member.Identity);
            member.Peer.Refuse(MessageCode.Register, register.Request, reason, batch);
        }
        else if (queue is not null)
        {
            _routing.Pump(queue, batch);
        }

        member.Remark(register, options.Match, refusal);
        return null;
    }

    /// <summary>Answers an UNREGISTER; only the session's own registrations count. Invocations under way may still be answered.</summary>
    public void Unregister(Member member, in WampMessage unregister, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        if (!Registrations.TryUnregister(member, unregister, batch, orphans))
        {
            _metrics.Refused(MessageCode.Unregister, Refusal.NoSuchRegistration, member.Identity);
            member.Peer.Refuse(MessageCode.Unregister, unregister.Request, Refusal.NoSuchRegistration, batch);
        }

        _routing.Rehouse(orphans, batch);
    }

    /// <summary>Ends a session's part in a registration without its asking, and tells it so if it understands; false where it has none.</summary>
    public bool TryRevoke(ulong registration, ulong session, string reason, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        var isRevoked = Registrations.TryRevoke(registration, session, reason, batch, orphans);
        _routing.Rehouse(orphans, batch);
        return isRevoked;
    }

    /// <summary>
    /// Drops everything a leaving session registered, answers those who wait for it, and abandons what it waited for. Idempotent.
    /// </summary>
    public void Leave(Member member, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        Registrations.Leave(member, batch, orphans);
        _results.CalleeLeft(member, batch);
        _cancellation.CallerLeft(member, batch);
        _routing.Rehouse(orphans, batch);
    }

    private Refusal? RefusalOf(Member member, ReadOnlySpan<byte> uri, in RegisterOptions options) =>
        options.Refusal is { } refusal ? refusal
        : !MatchPolicies.IsValid(options.Match, uri, _uris.Check) ? Refusal.WrongUri(uri, _uris.Check, options.Match)
        : WampUri.IsReserved(uri) ? Refusal.ReservedUri(uri)
        : (_uris.PermissionsOf(member.Role, options.Match, uri, wholly: true) & Permissions.Register) == 0 ? Refusal.NotAuthorized(member.Role, "register", uri, options.Match)
        : options.DiscloseCaller && !_settings.AllowDiscloseMe ? Refusal.DiscloseCallerForbidden
        : null;
}
