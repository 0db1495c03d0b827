using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;

namespace WampRouter.Realms;

/// <summary>
/// What stands beside a realm: who is told of its changes, after its own meta events, and where its publications go besides its subscribers. Given to the realm when it is made, so nobody
/// misses what happened before he came.
/// </summary>
internal sealed record RealmNeighbours
{
    /// <summary>Nobody.</summary>
    public static RealmNeighbours None { get; } = new();

    /// <summary>Are told of sessions that join and leave.</summary>
    public IReadOnlyList<IMemberObserver> Members { get; init; } = [];

    /// <summary>Are told of subscriptions.</summary>
    public IReadOnlyList<ISubscriptionObserver> Subscriptions { get; init; } = [];

    /// <summary>Are told of registrations.</summary>
    public IReadOnlyList<IRegistrationObserver> Registrations { get; init; } = [];

    /// <summary>Take publications for those who are elsewhere.</summary>
    public IReadOnlyList<IPublicationOutlet> Outlets { get; init; } = [];
}
