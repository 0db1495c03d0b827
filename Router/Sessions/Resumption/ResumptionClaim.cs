using WampRouter.Realms.Peers;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Resumption;

/// <summary>A client that has logged in and wants to resume a session.</summary>
/// <param name="Wish">What it asks for.</param>
/// <param name="Accept">The identity it has logged in with; its extra is in the format that the client speaks.</param>
/// <param name="Hosted">The realm it has logged in to.</param>
/// <param name="Session">The session whose loop would route for the member.</param>
/// <param name="Peer">The peer that would get the frames.</param>
internal sealed record ResumptionClaim(ResumptionWish Wish, AuthenticationStep.Accept Accept, HostedRealm Hosted, Session Session, SessionPeer Peer)
{
    /// <summary>Whether the client is the one that the session belongs to. Authids that are made up are not compared, because each login gets another.</summary>
    public bool IsBy(MemberIdentity identity) =>
        Accept.AuthRole == identity.AuthRole && Accept.AuthMethod == identity.AuthMethod && (Accept.AuthId == identity.AuthId || Accept.IsAuthIdMadeUp);
}
