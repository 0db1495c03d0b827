using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>Judges who may subscribe to what: when a session asks for it, when another policy holds, and when a session reads what was published. Any thread.</summary>
/// <param name="live">The policy of the realm.</param>
/// <param name="uris">What roles may do with topics.</param>
/// <param name="subscriptions">The subscriptions.</param>
/// <param name="decisions">Decides what no rule covers; null: the realm has no authorizer.</param>
/// <param name="metrics">Counts what is refused.</param>
internal sealed class SubscriptionRequests(LivePolicy live, UriTable uris, SubscriptionTable subscriptions, DecisionMaker? decisions, RealmMetrics metrics)
{
    /// <summary>Answers a SUBSCRIBE.</summary>
    /// <param name="member">Who subscribes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="subscribe">The message.</param>
    /// <param name="batch">Where the answer goes.</param>
    /// <returns>Why the session does not go on: a protocol violation, or a decision that must be awaited. Null: it does.</returns>
    public Interruption? Subscribe(Member member, Role role, in WampMessage subscribe, FlushBatch batch)
    {
        if (SubscribeOptions.Read(subscribe, out var options) is { } violation)
        {
            return violation;
        }

        while (true)
        {
            var permissions = Permissions.None;
            var isValid = MatchPolicies.IsValid(options.Match, subscribe.Text, uris.Check);
            if (isValid)
            {
                permissions = uris.PermissionsOf(role, options.Match, subscribe.Text, wholly: false);
                options.IsByAuthorizer = (permissions & Permissions.Undecided) != 0;
                if (options.IsByAuthorizer
                    && decisions.Resolve(member, role, Permissions.Subscribe, options.Match, subscribe.Text.ToArray(), subscribe, ref permissions) is { } awaited)
                {
                    return awaited;
                }
            }

            var isOutdated = false;
            var refusal = !isValid ? Refusal.WrongUri(subscribe.Text, uris.Check, options.Match)
                : (permissions & Permissions.Subscribe) == 0 ? Refusal.NotAllowed(role, permissions, decisions is not null, "subscribe to", subscribe.Text, options.Match)
                : options.Fault is { } fault ? Refusal.InvalidArgument(fault)
                : subscriptions.Join(member, role, subscribe, options, batch, out isOutdated);
            if (!isOutdated)
            {
                Answer(member, role, subscribe, options.Match, refusal, batch);
                return null;
            }

            role = member.RoleIn(live.Current);
        }
    }

    /// <summary>Answers an UNSUBSCRIBE; a session can end only its own subscriptions.</summary>
    public void Unsubscribe(Member member, in WampMessage unsubscribe, FlushBatch batch)
    {
        if (!subscriptions.TryLeave(member, unsubscribe, batch))
        {
            metrics.Refused(MessageCode.Unsubscribe, Refusal.NoSuchSubscription, member.Identity);
            member.Peer.Refuse(MessageCode.Unsubscribe, unsubscribe.Request, Refusal.NoSuchSubscription, batch);
        }
    }

    /// <summary>Puts a new policy into effect: ends the subscriptions that it forbids, and tells their sessions.</summary>
    /// <param name="policy">The policy, which is current already: SUBSCRIBEs that come now are judged by it.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>How many subscriptions were ended.</returns>
    public int Apply(RealmPolicy policy, FlushBatch batch) => subscriptions.RevokeWhere(subscriber => IsForbidden(subscriber, policy), WampErrors.NotAuthorized, batch);

    /// <summary>
    /// The history of a subscription, for a session that may subscribe to it. The authid and authrole lists of each publication
    /// apply to the reader too (<c>rfc/text/advanced/pubsub_event_history.md</c>).
    /// </summary>
    /// <param name="requester">The session that wants to read it.</param>
    /// <param name="role">Its role.</param>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="query">The query; its <see cref="EventHistoryQuery.Admits"/> is set here.</param>
    /// <param name="history">The history; null if it may not be read.</param>
    /// <returns>Why it may not be read, or null.</returns>
    public Refusal? FindHistory(Member requester, Role role, ulong subscriptionId, EventHistoryQuery query, out IEventHistory? history)
    {
        history = null;
        if (subscriptions.Find(subscriptionId) is not { } subscription)
        {
            return Refusal.UnknownSubscription;
        }

        // What the authorizer allows is known of who has subscribed.
        var allowed = Permissions.Subscribe | (subscriptions.IsByAuthorizer(requester, subscriptionId) ? Permissions.Undecided : Permissions.None);
        if ((uris.PermissionsOf(role, subscription.Match, subscription.Uri, wholly: false) & allowed) == 0)
        {
            return Refusal.NotAuthorized(role, "subscribe to", subscription.Uri, subscription.Match);
        }

        history = subscription.History;
        query.Admits = (topic, receivers) => receivers?.AdmitsPrincipal(requester.Identity) is not false
            && (subscription.Match == MatchPolicy.Exact || (uris.Find(topic).PermissionsOf(role) & allowed) != 0);
        return history is null ? Refusal.NoHistory : null;
    }

    private void Answer(Member member, Role role, in WampMessage subscribe, MatchPolicy match, Refusal? refusal, FlushBatch batch)
    {
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Subscribe, reason, member.Identity);
            member.Peer.Refuse(MessageCode.Subscribe, subscribe.Request, reason, batch);
        }

        member.Remark(role, subscribe, match, refusal);
    }

    private bool IsForbidden(Subscriber subscriber, RealmPolicy policy)
    {
        var permissions = uris.PermissionsOf(subscriber.Member.RoleIn(policy), subscriber.Subscription.Match, subscriber.Subscription.Uri, wholly: false);
        subscriber.IsByAuthorizer &= decisions is not null && (permissions & Permissions.Undecided) != 0;
        return (permissions & Permissions.Subscribe) == 0 && !subscriber.IsByAuthorizer;
    }
}
