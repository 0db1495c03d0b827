using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Remote procedure calls of one realm (<c>rfc/text/basic/remote_procedure_call.md</c>). The entry point: it passes each message to the class that acts on it.
/// </summary>
/// <remarks>
/// The life of a call. The left half runs on the caller's thread, the right half on the callee's; nothing waits in between.
/// <code>
/// caller                                  what the realm holds                              callee
///
/// CALL 7 ─► CallRouting
///             CallOffer                   the message, borrowed, on the stack
///             Registrations.Find ───────► UriEntry.Registration: who serves the URI
///             CallPlacement.Offer ──────► Registration.Endpoints: whose turn it is
///             under the callee's gate:
///               noted for the callee ───► callee.Invocations[3] = (caller, 7)
///               noted for the caller ───► caller.Calls[7] = (callee, 3)
///               enqueued ─────────────────────────────────────────────────────────────────► INVOCATION 3
///
///                                         callee.Invocations[3] removed: for whom? ◄─ ResultRouting ◄─ YIELD 3
///                                         caller.Calls[7] removed, if it is still (callee, 3)
/// RESULT 7 ◄──────────────────────────────────────────────────────────────────────── enqueued
/// </code>
/// The thread that removes the entry from <see cref="PendingCalls"/> answers the caller, and no other thread does. So a call is answered exactly once: by its callee, by
/// <see cref="Cancellation"/> (CANCEL, its time limit, a caller that leaves), or because the callee has left.
/// A call that needs more than these two entries has a <see cref="CallRecord"/>, to which both refer. It holds the time limit (in <see cref="CallTimeouts"/>), the place in a
/// <see cref="CallQueue"/> while every callee is busy, and a copy of the CALL if it may be routed again. <see cref="OpenCalls"/> frees all of it when the call ends.
/// </remarks>
internal sealed class CallDealer
{
    private readonly UriTable _uris;
    private readonly RealmMetrics _metrics;
    private readonly LivePolicy _policy;
    private readonly DecisionMaker? _decisions;
    private readonly CallRouting _routing;
    private readonly ResultRouting _results;
    private readonly Cancellation _cancellation;

    /// <param name="policy">The policy of the realm.</param>
    /// <param name="uris">The procedures.</param>
    /// <param name="observers">Are told of registrations.</param>
    /// <param name="decisions">Decides what no rule covers; null: the realm has no authorizer.</param>
    /// <param name="metrics">Counts what is refused.</param>
    /// <param name="time">The clock.</param>
    public CallDealer(LivePolicy policy, UriTable uris, IReadOnlyList<IRegistrationObserver> observers, DecisionMaker? decisions, RealmMetrics metrics, TimeProvider time)
    {
        _uris = uris;
        _metrics = metrics;
        _policy = policy;
        _decisions = decisions;
        Calls = new OpenCalls(new CallTimeouts(time, (record, batch) => _cancellation!.Expire(record, batch)));
        Registrations = new Registrations(policy, uris, observers, time);
        _routing = new CallRouting(uris, Registrations, Calls, decisions, metrics);
        _results = new ResultRouting(_routing, Calls, metrics);
        _cancellation = new Cancellation(_routing, Calls, metrics);
    }

    /// <summary>The registrations of the realm.</summary>
    public Registrations Registrations { get; }

    /// <summary>Ends calls, and frees what they hold.</summary>
    public OpenCalls Calls { get; }

    /// <summary>Routes a CALL. Returns why the caller does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</summary>
    public Interruption? Call(Member caller, Role role, in WampMessage call, FlushBatch batch) =>
        _routing.Call(caller, new Origin(caller.Identity, role.TrustLevel), role, call, role.Policy.Limits.MaxPendingCallsPerSession, batch);

    /// <summary>
    /// Routes a call that was allowed elsewhere, for example by another router. RESULT and ERROR go to the link, under the request id of the CALL; CANCEL comes from the link, as from a caller.
    /// The calls that wait are bounded by what their callees may have pending.
    /// </summary>
    /// <param name="origin">Who calls; he is not here.</param>
    /// <param name="link">The link to where he is. The ids of the calls that come over it differ.</param>
    /// <param name="call">The CALL. Its option <c>disclose_me</c> says whether the callee is told who calls.</param>
    /// <param name="batch">The outboxes touched.</param>
    /// <returns>A breach of the protocol, for which the link must be ended, or null.</returns>
    public ProtocolViolation? CallFrom(in Origin origin, Member link, in WampMessage call, FlushBatch batch) =>
        _routing.Call(link, origin, _policy.Current.Outside, call, int.MaxValue, batch) as ProtocolViolation;

    /// <summary>Routes a YIELD to the caller. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Yield(Member callee, in WampMessage yield, FlushBatch batch) => _results.Yield(callee, yield, batch);

    /// <summary>Routes a callee's ERROR to the caller. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? Error(Member callee, in WampMessage error, FlushBatch batch) => _results.Error(callee, error, batch);

    /// <summary>Refuses a CALL that cannot be passed on. Returns a protocol violation of the caller, or null.</summary>
    public ProtocolViolation? Refuse(Member caller, in WampMessage call, in Refusal refusal, FlushBatch batch) => _routing.Refuse(caller, call, refusal, batch);

    /// <summary>Ends the call whose YIELD or ERROR cannot be passed on. Returns a protocol violation of the callee, or null.</summary>
    public ProtocolViolation? FailAnswer(Member callee, in WampMessage answer, in Refusal refusal, FlushBatch batch) => _results.Fail(callee, answer, refusal, batch);

    /// <summary>Acts on a CANCEL (<c>rfc/text/advanced/rpc_call_canceling.md</c>).</summary>
    public void Cancel(Member caller, in WampMessage cancel, FlushBatch batch) => _cancellation.Cancel(caller, cancel, batch);

    /// <summary>Answers a REGISTER.</summary>
    /// <param name="member">Who registers.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="register">The message.</param>
    /// <param name="batch">Where the answer goes.</param>
    /// <returns>Why the callee does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</returns>
    public Interruption? Register(Member member, Role role, in WampMessage register, FlushBatch batch)
    {
        if (RegisterOptions.Read(register, out var options) is { } violation)
        {
            return violation;
        }

        while (true)
        {
            var permissions = Permissions.None;
            var refusal = WhyNever(register.Text, options);
            if (refusal is null)
            {
                permissions = _uris.PermissionsOf(role, options.Match, register.Text, wholly: true);
                options.IsByAuthorizer = (permissions & Permissions.Undecided) != 0;
                if (options.IsByAuthorizer
                    && _decisions.Resolve(member, role, Permissions.Register, options.Match, register.Text.ToArray(), register, ref permissions) is { } awaited)
                {
                    return awaited;
                }
            }

            CallQueue? queue = null;
            var orphans = new List<CallRecord>();
            var isOutdated = false;
            refusal ??= RefusalOf(role, permissions, register.Text, options)
                ?? Registrations.Register(member, role.Policy, register, options, batch, orphans, out queue, out isOutdated);
            _routing.Rehouse(orphans, batch);       // the calls of a replaced registration are older than those that come now
            if (!isOutdated)
            {
                Answer(member, role, register, options.Match, refusal, queue, batch);
                return null;
            }

            role = member.RoleIn(_policy.Current);
        }
    }

    /// <summary>Answers an UNREGISTER; a session can end only its own registrations. Pending invocations may still be answered.</summary>
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

    /// <summary>Takes a registration away from a session, and tells the session if it announced that feature. False if the session does not have it.</summary>
    public bool TryRevoke(ulong registration, ulong session, string reason, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        var isRevoked = Registrations.TryRevoke(registration, session, reason, batch, orphans);
        _routing.Rehouse(orphans, batch);
        return isRevoked;
    }

    /// <summary>The callees of registrations that the authorizer allowed, and no rule covers.</summary>
    public IEnumerable<CalleeEndpoint> ListByAuthorizer() =>
        Registrations.List().SelectMany(registration => registration.Endpoints.ToArray()).Where(endpoint => endpoint.IsByAuthorizer);

    /// <summary>Another policy holds: whoever serves what it forbids loses that, and is told. Returns how many registrations were taken away.</summary>
    /// <param name="policy">The policy, which is current already: later REGISTERs are judged by it.</param>
    /// <param name="batch">Where those are told who asked to be, and the calls go that waited for them.</param>
    public int Apply(RealmPolicy policy, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        var revoked = Registrations.RevokeWhere(endpoint => IsForbidden(endpoint, policy), WampErrors.NotAuthorized, batch, orphans);
        _routing.Rehouse(orphans, batch);
        return revoked;
    }

    /// <summary>
    /// Ends all registrations of a leaving session, answers the callers that wait for it, and abandons its own calls. Idempotent.
    /// </summary>
    public void Leave(Member member, FlushBatch batch)
    {
        var orphans = new List<CallRecord>();
        Registrations.Leave(member, batch, orphans);
        _results.CalleeLeft(member, batch);
        _cancellation.CallerLeft(member, batch);
        _routing.Rehouse(orphans, batch);
    }

    private void Answer(Member member, Role role, in WampMessage register, MatchPolicy match, Refusal? refusal, CallQueue? queue, FlushBatch batch)
    {
        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Register, reason, member.Identity);
            member.Peer.Refuse(MessageCode.Register, register.Request, reason, batch);
        }
        else if (queue is not null)
        {
            _routing.Pump(queue, batch);
        }

        member.Remark(role, register, match, refusal);
    }

    /// <summary>Why nobody can register this, or null.</summary>
    private Refusal? WhyNever(ReadOnlySpan<byte> uri, in RegisterOptions options) =>
        options.Refusal is { } refusal ? refusal
        : !MatchPolicies.IsValid(options.Match, uri, _uris.Check) ? Refusal.WrongUri(uri, _uris.Check, options.Match)
        : WampUri.IsReserved(uri) ? Refusal.ReservedUri(uri)
        : null;

    private Refusal? RefusalOf(Role role, Permissions permissions, ReadOnlySpan<byte> uri, in RegisterOptions options) =>
        (permissions & Permissions.Register) == 0 ? Refusal.NotAllowed(role, permissions, _decisions is not null, "register", uri, options.Match)
        : options.DiscloseCaller && !role.Policy.Settings.AllowDiscloseMe ? Refusal.DiscloseCallerForbidden
        : null;

    private bool IsForbidden(CalleeEndpoint endpoint, RealmPolicy policy)
    {
        var permissions = _uris.PermissionsOf(endpoint.Callee.RoleIn(policy), endpoint.Registration.Match, endpoint.Registration.Uri, wholly: true);
        endpoint.IsByAuthorizer &= _decisions is not null && (permissions & Permissions.Undecided) != 0;
        return ((permissions & Permissions.Register) == 0 && !endpoint.IsByAuthorizer) || (endpoint.DiscloseCaller && !policy.Settings.AllowDiscloseMe);
    }
}
