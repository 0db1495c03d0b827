namespace WampRouter.Client;

/// <summary>Subscriptions that belong together, such as those of one object. Dispose it to unsubscribe from them all.</summary>
public sealed class WampSubscriptions : IAsyncDisposable
{
    /// <summary>Puts subscriptions together.</summary>
    /// <param name="subscriptions">The subscriptions; the list is not copied.</param>
    public WampSubscriptions(IReadOnlyList<WampSubscription> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        Subscriptions = subscriptions;
    }

    /// <summary>The subscriptions, one for each topic.</summary>
    public IReadOnlyList<WampSubscription> Subscriptions { get; }

    /// <summary>Unsubscribes from all topics.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in Subscriptions)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }
}
