using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;

namespace WampRouter.Realms;

/// <summary>
/// Who is told of the changes in a realm, after its own meta events. Given to the realm when it is made, so nobody misses what happened before he came.
/// </summary>
internal sealed record RealmObservers
{
    /// <summary>Nobody.</summary>
    public static RealmObservers None { get; } = new();

    /// <summary>Are told of sessions that join and leave.</summary>
    public IReadOnlyList<IMemberObserver> Members { get; init; } = [];

    /// <summary>Are told of subscriptions.</summary>
    public IReadOnlyList<ISubscriptionObserver> Subscriptions { get; init; } = [];

    /// <summary>Are told of registrations.</summary>
    public IReadOnlyList<IRegistrationObserver> Registrations { get; init; } = [];
}
