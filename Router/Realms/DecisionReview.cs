using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms;

/// <summary>
/// Asks the authorizer again for what it allowed under an earlier policy, and takes away what it does not allow any more. Ends early when another policy holds: then that asks. Any thread.
/// </summary>
/// <param name="decisions">Asks.</param>
/// <param name="live">The policy of the realm.</param>
/// <param name="broker">Has the subscriptions.</param>
/// <param name="dealer">Has the registrations.</param>
internal sealed class DecisionReview(DecisionMaker decisions, LivePolicy live, EventBroker broker, CallDealer dealer)
{
    private static readonly ParallelOptions AtATime = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>Begins, and returns at once.</summary>
    /// <param name="policy">The policy by which it asks; current already.</param>
    public void Begin(RealmPolicy policy) => _ = ReviewAsync(policy);

    private async Task ReviewAsync(RealmPolicy policy)
    {
        await Parallel.ForEachAsync(broker.ListByAuthorizer(), AtATime, async (subscriber, _) =>
        {
            var subscription = subscriber.Subscription;
            if (!await IsStillAllowedAsync(policy, subscriber.Member, Permissions.Subscribe, subscription.Match, subscription.Uri).ConfigureAwait(false))
            {
                broker.Revoke(subscriber.Member.Identity.Session, subscription.Id, WampErrors.NotAuthorized, FlushBatch.OfThread);
                FlushBatch.OfThread.Flush();
            }
        }).ConfigureAwait(false);
        await Parallel.ForEachAsync(dealer.ListByAuthorizer(), AtATime, async (endpoint, _) =>
        {
            var registration = endpoint.Registration;
            if (!await IsStillAllowedAsync(policy, endpoint.Callee, Permissions.Register, registration.Match, registration.Uri).ConfigureAwait(false))
            {
                dealer.TryRevoke(registration.Id, endpoint.Callee.Identity.Session, WampErrors.NotAuthorized, FlushBatch.OfThread);
                FlushBatch.OfThread.Flush();
            }
        }).ConfigureAwait(false);
    }

    private async Task<bool> IsStillAllowedAsync(RealmPolicy policy, Member member, Permissions action, MatchPolicy match, byte[] uri)
    {
        if (!ReferenceEquals(policy, live.Current))
        {
            return true;
        }

        var pending = decisions.Ask(member.Identity, member.RoleIn(policy), action, match, uri, default);
        await pending.Completion.ConfigureAwait(false);
        return pending.Answer is { IsAllowed: true } || !ReferenceEquals(policy, live.Current);
    }
}
