using WampRouter.Client.PubSub;

namespace WampRouter.Client;

/// <summary>A handler's subscription. It survives reconnects; dispose it to unsubscribe.</summary>
public sealed class WampSubscription : IAsyncDisposable
{
    private readonly SubscriptionTable _table;
    private readonly EventSink _sink;

    internal WampSubscription(SubscriptionTable table, EventSink sink) => (_table, _sink) = (table, sink);

    /// <summary>The topic or pattern that was subscribed to.</summary>
    public string Topic => _sink.Topic;

    /// <summary>Completes with the reason when the router takes the subscription back. It is not restored.</summary>
    public Task<string> Revoked => _sink.Revocation.Task;

    /// <summary>How many events were lost because the handler was too slow.</summary>
    public long DroppedEvents => _sink.Dropped;

    /// <summary>Stops the handler at once, all but an event it is handling, and unsubscribes.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_table.RemoveAsync(_sink));
}
