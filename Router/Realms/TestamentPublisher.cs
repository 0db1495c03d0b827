using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Policies;

namespace WampRouter.Realms;

/// <summary>Publishes the testaments of sessions that have ended or lost their connection (<c>rfc/text/advanced/pubsub_testament.md</c>), in order. Any thread.</summary>
/// <param name="broker">Where they are published.</param>
/// <param name="policy">Says what their sessions may publish now.</param>
internal sealed class TestamentPublisher(EventBroker broker, LivePolicy policy)
{
    /// <summary>Publishes what a member has left for this moment. What an authorizer must decide first, and all after it, comes later.</summary>
    public void Publish(Member member, TestamentScope last, FlushBatch batch)
    {
        var testaments = new Queue<Testament>(member.Testaments?.TakeUpTo(last) ?? []);
        if (PublishUntilAsked(member, testaments, batch) is { } awaited)
        {
            _ = PublishRestAsync(member, testaments, awaited);
        }
    }

    /// <summary>Publishes testaments in order. Returns the decision that the next one needs, or null when all are done.</summary>
    private PendingDecision? PublishUntilAsked(Member member, Queue<Testament> testaments, FlushBatch batch)
    {
        while (testaments.TryPeek(out var next))
        {
            if (broker.Publish(member, member.RoleIn(policy.Current), next.ToPublish(), batch) is AwaitedDecision awaited)
            {
                return awaited.Decision;
            }

            testaments.Dequeue();
        }

        return null;
    }

    /// <summary>Publishes the rest of the testaments of a member whose loop has ended, as the authorizer decides about them.</summary>
    private async Task PublishRestAsync(Member member, Queue<Testament> testaments, PendingDecision? awaited)
    {
        while (awaited is not null)
        {
            await awaited.Completion.ConfigureAwait(false);
            member.Decided = awaited;
            var batch = FlushBatch.OfThread;
            awaited = PublishUntilAsked(member, testaments, batch);
            batch.Flush();
        }
    }
}
