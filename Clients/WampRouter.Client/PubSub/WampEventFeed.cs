using WampRouter.Client.PubSub;

namespace WampRouter.Client;

/// <summary>
/// A subscription read with <c>await foreach</c>. Events wait in its buffer from the moment it is subscribed. It survives
/// reconnects, ends when it is disposed or the client is closed, and has one reader.
/// </summary>
public sealed class WampEventFeed : IAsyncEnumerable<WampEvent>, IAsyncDisposable
{
    private readonly SubscriptionTable _table;
    private readonly FeedSink _sink;

    internal WampEventFeed(SubscriptionTable table, FeedSink sink) => (_table, _sink) = (table, sink);

    /// <summary>The topic or pattern that was subscribed to.</summary>
    public string Topic => _sink.Topic;

    /// <summary>Completes with the reason when the router takes the subscription back. It is not restored. The feed then ends, after the events that wait, with a <see cref="WampException"/>.</summary>
    public Task<string> Revoked => _sink.Revocation.Task;

    /// <summary>How many events were lost because the reader was too slow.</summary>
    public long DroppedEvents => _sink.Dropped;

    /// <summary>Reads the events as they come.</summary>
    /// <param name="cancellationToken">Ends the reading; the subscription stays.</param>
    /// <returns>The events.</returns>
    public IAsyncEnumerator<WampEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _sink.Events.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Reads the first argument of every event.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="cancellationToken">Ends the reading; the subscription stays.</param>
    /// <returns>The arguments.</returns>
    public async IAsyncEnumerable<T> ReadAllAsync<T>([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var message in _sink.Events.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message.Arguments.Get<T>(0);
        }
    }

    /// <summary>Ends the feed and unsubscribes.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_table.RemoveAsync(_sink));
}
