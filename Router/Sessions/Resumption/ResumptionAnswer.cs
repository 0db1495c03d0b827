using WampRouter.Realms.Members;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Resumption;

/// <summary>The answer to a <see cref="ResumptionWish"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Freed">Where the session is busy: completes when it may be asked for again.</param>
/// <param name="Session">Where it is resumed, or busy: the session.</param>
/// <param name="Member">Where it is resumed: its membership.</param>
/// <param name="ReceiveState">Where it is resumed: what has come in it so far.</param>
/// <param name="TooSlow">Where it is resumed: the new peer, if it could not take all that waited for it, and must be dropped.</param>
internal readonly record struct ResumptionAnswer(
    ResumptionOutcome Outcome,
    Task? Freed = null,
    ResumableSession? Session = null,
    Member? Member = null,
    ReceiveState ReceiveState = default,
    SessionPeer? TooSlow = null);
