using WampRouter.Realms.Decisions;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Members;

/// <summary>
/// The realm's authorizer has to decide about a message first, and nothing was done yet. The session waits, and then gives the same message to the realm again, with
/// <see cref="Member.Decided"/> set. So its order is kept.
/// </summary>
/// <param name="Decision">What to wait for.</param>
internal sealed record AwaitedDecision(PendingDecision Decision) : Interruption;
