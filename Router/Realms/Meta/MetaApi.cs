using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>
/// The router's own callee (<c>rfc/text/advanced/meta_api.md</c>). Answers calls of URIs that begin with <c>wamp</c>, on the caller's thread,
/// with the same permission checks as for every call. Any thread.
/// </summary>
internal sealed class MetaApi
{
    private readonly UriTable _uris;
    private readonly DecisionMaker? _decisions;
    private readonly RealmMetrics _metrics;
    private readonly Dictionary<UriEntry, MetaProcedure> _procedures = [];

    public MetaApi(UriTable uris, DecisionMaker? decisions, RealmMetrics metrics, IEnumerable<(string Uri, MetaProcedure Procedure)> procedures)
    {
        _uris = uris;
        _decisions = decisions;
        _metrics = metrics;
        foreach (var (uri, procedure) in procedures)
        {
            // Pinned: after a sweep removed an entry, a lookup would return another one.
            _procedures.Add(uris.Pin(System.Text.Encoding.ASCII.GetBytes(uri)), procedure);
        }
    }

    /// <summary>Answers a CALL of a reserved URI. Returns why the caller does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</summary>
    public Interruption? Call(Member caller, Role role, in WampMessage call, FlushBatch batch)
    {
        if ((CallOptions.Read(call, out var options) ?? options.ViolationOf(caller.Features)) is { } violation)
        {
            return violation;
        }

        if (caller.Calls.Admit(call.Request) == CallAdmission.UnderWay)
        {
            return new ProtocolViolation("CALL.Request is the id of a call that is still under way");
        }

        var uri = _uris.Find(call.Text);
        var permissions = uri.PermissionsOf(role);
        if (uri.IsValid && _decisions.Resolve(caller, role, Permissions.Call, MatchPolicy.Exact, uri.Utf8, call, ref permissions) is { } awaited)
        {
            return awaited;
        }

        var refusal = !uri.IsValid ? Refusal.WrongUri(call.Text, _uris.Check)
            : (permissions & Permissions.Call) == 0 ? Refusal.NotAllowed(role, permissions, _decisions is not null, "call", call.Text)
            : !_procedures.TryGetValue(uri, out var procedure) ? Refusal.NoProcedureOfRouter(call.Text)
            : options.Fault is { } fault ? Refusal.InvalidArgument(fault)
            : procedure(new MetaCall(caller, role, call, _metrics, batch) { IsInPieces = options.Progress });
        if (refusal is { } reason)
        {
            _metrics.Refused(MessageCode.Call, reason, caller.Identity);
            _metrics.CallEnded(CallOutcome.Refused);
            caller.Remark(role, call, MatchPolicy.Exact, reason);
            caller.Peer.Refuse(MessageCode.Call, call.Request, reason, batch);
        }

        if (options.Progress)
        {
            caller.Calls.RefusedEarly(call.Request);        // only the first piece is used; the others are ignored
        }

        return null;
    }
}
