namespace WampRouter.Realms.Metrics;

/// <summary>What became of the EVENTs of one publication.</summary>
/// <param name="Delivered">Enqueued for their subscribers.</param>
/// <param name="NotTaken">Not enqueued: the subscriber's outbox is full, or it is leaving.</param>
/// <param name="Inexpressible">Not made, because the subscriber's serializer cannot express the payload.</param>
internal readonly record struct FanOutCount(int Delivered, int NotTaken, int Inexpressible)
{
    /// <summary>All of them.</summary>
    public int Total => Delivered + NotTaken + Inexpressible;

    /// <summary>Adds those of two subscriptions.</summary>
    public static FanOutCount operator +(in FanOutCount one, in FanOutCount other) =>
        new(one.Delivered + other.Delivered, one.NotTaken + other.NotTaken, one.Inexpressible + other.Inexpressible);
}
