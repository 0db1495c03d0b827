using WampRouter.Realms.Peers;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Resumption;

/// <summary>A client that has logged in and wants a session back.</summary>
/// <param name="Wish">What it asks for.</param>
/// <param name="Accept">As whom it has logged in.</param>
/// <param name="Hosted">The realm it has logged in to.</param>
/// <param name="Session">Whose loop would route for the member.</param>
/// <param name="Peer">Where frames would go.</param>
internal sealed record ResumptionClaim(ResumptionWish Wish, AuthenticationStep.Accept Accept, HostedRealm Hosted, Session Session, SessionPeer Peer)
{
    /// <summary>Whether who has logged in is who the session is of; an authid that was made up is another each time.</summary>
    public bool IsBy(MemberIdentity identity) =>
        Accept.AuthRole == identity.AuthRole && Accept.AuthMethod == identity.AuthMethod && (Accept.AuthId == identity.AuthId || Accept.IsAuthIdMadeUp);
}
