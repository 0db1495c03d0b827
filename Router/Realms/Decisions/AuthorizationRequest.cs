using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Decisions;

/// <summary>What an authorizer is asked.</summary>
/// <param name="Session">Who wants it.</param>
/// <param name="Action">What it wants to do: one of the four.</param>
/// <param name="Match">How the URI is compared, in SUBSCRIBE and REGISTER.</param>
/// <param name="Uri">The URI or pattern, in UTF-8.</param>
/// <param name="Format">How the options are encoded.</param>
/// <param name="Options">The options of the message, an encoded dictionary; empty: none.</param>
internal sealed record AuthorizationRequest(MemberIdentity Session, Permissions Action, MatchPolicy Match, byte[] Uri, WireFormat Format, byte[] Options);

/// <summary>What an authorizer says.</summary>
/// <param name="IsAllowed">Whether the session may do it.</param>
/// <param name="Discloses">Whether receivers are told who calls or publishes, even if the session does not ask for it.</param>
/// <param name="IsCached">Whether the same answer counts for all sessions of the same identity, whatever their options, until the policy of the realm changes.</param>
internal readonly record struct Decision(bool IsAllowed, bool Discloses = false, bool IsCached = false)
{
    /// <summary>The decision as permissions.</summary>
    /// <param name="action">What was asked.</param>
    public Permissions For(Permissions action) =>
        !IsAllowed ? Permissions.DeniedByAuthorizer
        : action | (Discloses && action == Permissions.Call ? Permissions.DiscloseCaller : Discloses && action == Permissions.Publish ? Permissions.DisclosePublisher : Permissions.None);
}
