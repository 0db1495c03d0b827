using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Metrics;

/// <summary>What became of the EVENTs of one publication.</summary>
/// <param name="Delivered">Enqueued for their subscribers.</param>
/// <param name="NotTaken">Not enqueued: the subscriber's outbox is full, or it is leaving.</param>
/// <param name="Inexpressible">Not made, because the subscriber's serializer cannot express the payload, or its transport cannot carry it.</param>
internal readonly record struct FanOutCount(int Delivered, int NotTaken, int Inexpressible)
{
    /// <summary>All of them.</summary>
    public int Total => Delivered + NotTaken + Inexpressible;

    /// <summary>One EVENT.</summary>
    public static FanOutCount Of(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Taken => new(1, 0, 0),
        SendOutcome.TooLong => new(0, 0, 1),
        _ => new(0, 1, 0),
    };

    /// <summary>Adds those of two subscriptions.</summary>
    public static FanOutCount operator +(in FanOutCount one, in FanOutCount other) =>
        new(one.Delivered + other.Delivered, one.NotTaken + other.NotTaken, one.Inexpressible + other.Inexpressible);
}
