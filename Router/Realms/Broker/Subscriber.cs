namespace WampRouter.Realms.Broker;

/// <summary>One session's part in a subscription. Shut before UNSUBSCRIBED is enqueued, so that no EVENT follows it.</summary>
internal sealed class Subscriber(Member member, Subscription subscription) : IDeliveryGate
{
    private volatile bool _shut;

    /// <summary>Who receives.</summary>
    public Member Member { get; } = member;

    /// <summary>What was subscribed to.</summary>
    public Subscription Subscription { get; } = subscription;

    /// <inheritdoc />
    public bool IsOpen => !_shut;

    /// <summary>No further EVENT. An EVENT being enqueued at this moment still goes out first.</summary>
    public void Shut() => _shut = true;
}
