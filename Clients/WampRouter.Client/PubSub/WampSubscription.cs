namespace WampRouter.Client;

/// <summary>A handler's subscription. It survives reconnects; dispose it to unsubscribe.</summary>
public sealed class WampSubscription : IAsyncDisposable
{
    private readonly Func<long> _droppedEvents;
    private readonly Func<Task> _unsubscribe;

    internal WampSubscription(string topic, Task<string> revoked, Func<long> droppedEvents, Func<Task> unsubscribe) =>
        (Topic, Revoked, _droppedEvents, _unsubscribe) = (topic, revoked, droppedEvents, unsubscribe);

    /// <summary>The topic or pattern that was subscribed to.</summary>
    public string Topic { get; }

    /// <summary>Completes with the reason when the router takes the subscription back. It is not restored.</summary>
    public Task<string> Revoked { get; }

    /// <summary>How many events were lost because the handler was too slow.</summary>
    public long DroppedEvents => _droppedEvents();

    /// <summary>Stops the handler at once, all but an event it is handling, and unsubscribes.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_unsubscribe());
}
