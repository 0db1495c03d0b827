using WampRouter.Realms.Dealer;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>The procedures about registrations and callees (<c>rfc/text/advanced/meta_api_registrations.md</c> "Procedures").</summary>
internal sealed class RegistrationProcedures(CallDealer dealer, UriTable uris)
{
    private readonly Registrations _registrations = dealer.Registrations;
    private static readonly Refusal UnknownRegistration = new(WampErrors.NoSuchRegistration, "there is no such registration");

    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All =>
    [
        ("wamp.registration.list", List),
        ("wamp.registration.lookup", Lookup),
        ("wamp.registration.match", Match),
        ("wamp.registration.get", Get),
        ("wamp.registration.list_callees", ListCallees),
        ("wamp.registration.count_callees", CountCallees),
        ("wamp.registration.remove_callee", RemoveCallee),
    ];

    private Refusal? List(in MetaCall call)
    {
        var writer = call.BeginResult();
        writer.WriteIdsByMatch(_registrations.List().ToLookup(registration => registration.Match, registration => registration.Id));
        return call.Return(writer);
    }

    private Refusal? Lookup(in MetaCall call)
    {
        if (call.ReadPattern(out var uri, out var match) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnId(_registrations.Find(uri, match)?.Id);
    }

    private Refusal? Match(in MetaCall call)
    {
        if (!call.TryReadText(out var procedure))
        {
            return Refusal.InvalidArgument("the first argument must be a URI");
        }

        if (!WampUri.IsValid(procedure, strict: false))
        {
            return Refusal.WrongUri(procedure, UriCheck.Loose);
        }

        return call.ReturnId(_registrations.Find(uris.Find(procedure))?.Id);
    }

    private Refusal? Get(in MetaCall call)
    {
        if (Find(call, out var registration) is { } refusal)
        {
            return refusal;
        }

        var writer = call.BeginResult();
        RegistrationEvents.WriteDetails(writer, registration!);
        return call.Return(writer);
    }

    private Refusal? ListCallees(in MetaCall call)
    {
        if (Find(call, out var registration) is { } refusal)
        {
            return refusal;
        }

        var callees = registration!.Endpoints;
        var sessions = new List<ulong>(callees.Length);
        foreach (var callee in callees)
        {
            sessions.Add(callee.Callee.Identity.Session);
        }

        return call.ReturnIds(sessions);
    }

    private Refusal? CountCallees(in MetaCall call)
    {
        if (Find(call, out var registration) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnCount(registration!.Endpoints.Length);
    }

    private Refusal? RemoveCallee(in MetaCall call)
    {
        if (call.ReadRemoval(out var id, out var session, out var reason) is { } refusal)
        {
            return refusal;
        }

        if (_registrations.Get(id) is null)
        {
            return UnknownRegistration;
        }

        if (!dealer.TryRevoke(id, session, reason, call.Batch))
        {
            return new Refusal(WampErrors.NoSuchSession, "no session of this id serves it");
        }

        return call.ReturnNothing();
    }

    private Refusal? Find(in MetaCall call, out Registration? registration)
    {
        registration = call.TryReadId(out var id) ? _registrations.Get(id) : null;
        return registration is not null ? null
            : id == 0 ? Refusal.InvalidArgument("the first argument must be a registration id")
            : UnknownRegistration;
    }
}
