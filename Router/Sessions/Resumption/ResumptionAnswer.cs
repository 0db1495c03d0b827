using WampRouter.Realms.Members;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Resumption;

/// <summary>The answer to a <see cref="ResumptionWish"/>.</summary>
/// <param name="Outcome">Whether the session is resumed, or why not.</param>
/// <param name="Freed">If busy: completes when the client may ask again.</param>
/// <param name="Session">If resumed or busy: the session.</param>
/// <param name="Member">If resumed: the session as a member of its realm.</param>
/// <param name="ReceiveState">If resumed: what the session has received so far.</param>
/// <param name="TooSlow">If resumed: the new peer, where it could not take all that waited; it must be disconnected.</param>
internal readonly record struct ResumptionAnswer(
    ResumptionOutcome Outcome,
    Task? Freed = null,
    ResumableSession? Session = null,
    Member? Member = null,
    ReceiveState ReceiveState = default,
    SessionPeer? TooSlow = null);
