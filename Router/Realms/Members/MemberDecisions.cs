using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Members;

/// <summary>Completes what the rules say about a member's request with what the realm's authorizer says.</summary>
internal static class MemberDecisions
{
    /// <summary>
    /// Resolves <see cref="Permissions.Undecided"/>. Without an authorizer, and where the authorizer came to no decision, it stays.
    /// </summary>
    /// <param name="maker">The realm's decisions; null: it has no authorizer.</param>
    /// <param name="member">Who makes the request. Its own loop calls this, or nobody else does any more.</param>
    /// <param name="role">Its role.</param>
    /// <param name="action">What it wants to do.</param>
    /// <param name="match">How the URI is compared.</param>
    /// <param name="uri">A valid URI or pattern.</param>
    /// <param name="message">The request.</param>
    /// <param name="permissions">What the rules say; completed here.</param>
    /// <returns>What must be awaited first, or null.</returns>
    public static AwaitedDecision? Resolve(
        this DecisionMaker? maker, Member member, Role role, Permissions action, MatchPolicy match, byte[] uri, in WampMessage message, ref Permissions permissions)
    {
        if (maker is null || (permissions & Permissions.Undecided) == 0)
        {
            return null;
        }

        if (member.Decided is { } decided)
        {
            member.Decided = null;
            if (decided.Concerns(role.Policy, action, match, uri))
            {
                permissions = decided.Answer?.For(action) ?? permissions;
                return null;
            }
        }

        if (maker.TryFind(member.Identity, role, action, match, uri, out var known))
        {
            permissions = known.For(action);
            return null;
        }

        return new AwaitedDecision(maker.Ask(member.Identity, role, action, match, uri, message));
    }
}
