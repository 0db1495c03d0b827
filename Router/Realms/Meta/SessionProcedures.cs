using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>The procedures that list, describe and kill sessions (<c>rfc/text/advanced/meta_api_sessions.md</c> "Procedures").</summary>
internal sealed class SessionProcedures(MemberTable members)
{
    private static readonly Refusal NoSuchSession = new(WampErrors.NoSuchSession, "there is no other session of this id in the realm");

    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All =>
    [
        ("wamp.session.count", Count),
        ("wamp.session.list", List),
        ("wamp.session.get", Get),
        ("wamp.session.kill", Kill),
        ("wamp.session.kill_by_authid", KillByAuthId),
        ("wamp.session.kill_by_authrole", KillByAuthRole),
        ("wamp.session.kill_all", KillAll),
    ];

    private Refusal? Count(in MetaCall call)
    {
        if (ReadFilter(call, out var roles) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnCount(roles is null ? members.Count : members.All.Count(member => roles.Contains(member.Identity.AuthRole)));
    }

    private Refusal? List(in MetaCall call)
    {
        if (ReadFilter(call, out var roles) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnIds([.. members.All.Where(member => roles?.Contains(member.Identity.AuthRole) is not false).Select(member => member.Identity.Session)]);
    }

    private Refusal? Get(in MetaCall call)
    {
        if (!call.TryReadId(out var id))
        {
            return Refusal.InvalidArgument("the first argument must be a session id");
        }

        if (members.Find(id) is not { } member)
        {
            return NoSuchSession;
        }

        var writer = call.BeginResult();
        SessionDetails.Write(writer, member.Identity);
        return call.Return(writer);
    }

    private Refusal? Kill(in MetaCall call)
    {
        if (!call.TryReadId(out var id))
        {
            return Refusal.InvalidArgument("the first argument must be a session id");
        }

        if (Farewell.Read(call, out var farewell) is { } refusal)
        {
            return refusal;
        }

        if (id == call.Caller.Identity.Session || members.Find(id) is not { } member)
        {
            return NoSuchSession;
        }

        farewell.Say(member, call.Caller);
        return call.ReturnNothing();
    }

    private Refusal? KillByAuthId(in MetaCall call)
    {
        if (!call.Arguments.TryReadNext(out var argument) || !argument.TryGetText(out var authId))
        {
            return Refusal.InvalidArgument("the first argument must be an authid");
        }

        if (KillWhere(call, identity => identity.AuthId == authId, out var killed) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnIds(killed);
    }

    private Refusal? KillByAuthRole(in MetaCall call)
    {
        if (!call.Arguments.TryReadNext(out var argument) || !argument.TryGetText(out var authRole))
        {
            return Refusal.InvalidArgument("the first argument must be an authrole");
        }

        if (KillWhere(call, identity => identity.AuthRole == authRole, out var killed) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnCount(killed.Count);
    }

    /// <summary>
    /// These sessions cause neither session meta events nor testaments: the specification excludes both ("Closing all sessions in the realm…"). It excludes nothing
    /// else, so a caller that follows subscriptions and registrations still sees them end.
    /// </summary>
    private Refusal? KillAll(in MetaCall call)
    {
        if (KillWhere(call, static _ => true, out var killed, silently: true) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnCount(killed.Count);
    }

    private Refusal? KillWhere(in MetaCall call, Predicate<MemberIdentity> isMeant, out List<ulong> killed, bool silently = false)
    {
        killed = [];
        if (Farewell.Read(call, out var farewell) is { } refusal)
        {
            return refusal;
        }

        var caller = call.Caller;
        foreach (var member in members.All.Where(member => member != caller && isMeant(member.Identity)))
        {
            member.LeavesSilently |= silently;
            farewell.Say(member, caller);
            killed.Add(member.Identity.Session);
        }

        return null;
    }

    private static Refusal? ReadFilter(in MetaCall call, out HashSet<string>? roles)
    {
        roles = null;
        if (!call.Arguments.TryReadNext(out var filter) || filter.Kind == WireKind.Null)
        {
            return null;
        }

        roles = new HashSet<string>(StringComparer.Ordinal);
        var items = filter.AsList();
        var areTexts = filter.Kind == WireKind.List;
        while (areTexts && items.TryReadNext(out var item))
        {
            areTexts = item.TryGetText(out var role);
            roles.Add(role);
        }

        return areTexts ? null : Refusal.InvalidArgument("filter_authroles must be a list of strings");
    }

    /// <summary>The reason and message in the GOODBYE of a killed session.</summary>
    private readonly record struct Farewell(string Reason, string? Message)
    {
        public static Refusal? Read(in MetaCall call, out Farewell farewell)
        {
            var reason = WampErrors.Killed;
            string? message = null;
            farewell = default;
            if (call.TryFindKeyword("reason"u8, out var given))
            {
                if (!given.TryGetUtf8(out var utf8) || !given.TryGetText(out reason))
                {
                    return new Refusal(WampErrors.InvalidUri, "reason must be a URI");
                }

                if (!WampUri.IsValid(utf8, strict: false))
                {
                    return new Refusal(WampErrors.InvalidUri, $"reason must be a URI; {UriText.Explain(utf8, strict: false)}");
                }
            }

            if (call.TryFindKeyword("message"u8, out var text) && !text.TryGetText(out message))
            {
                return Refusal.InvalidArgument("message must be a string");
            }

            farewell = new Farewell(reason, message);
            return null;
        }

        public void Say(Member member, Member killer) => member.Peer.Close(Reason, Message, killer.Identity);
    }
}
