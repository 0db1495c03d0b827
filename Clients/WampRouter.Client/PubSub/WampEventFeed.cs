using System.Runtime.CompilerServices;

namespace WampRouter.Client;

/// <summary>
/// A subscription read with <c>await foreach</c>. Events wait in its buffer from the moment it is subscribed. It survives
/// reconnects, ends when it is disposed or the client is closed, and has one reader.
/// </summary>
public sealed class WampEventFeed : IAsyncEnumerable<WampEvent>, IAsyncDisposable
{
    private readonly Func<long> _droppedEvents;
    private readonly IAsyncEnumerable<WampEvent> _events;
    private readonly Func<Task> _unsubscribe;

    internal WampEventFeed(string topic, Task<string> revoked, Func<long> droppedEvents, IAsyncEnumerable<WampEvent> events, Func<Task> unsubscribe) =>
        (Topic, Revoked, _droppedEvents, _events, _unsubscribe) = (topic, revoked, droppedEvents, events, unsubscribe);

    /// <summary>The topic or pattern that was subscribed to.</summary>
    public string Topic { get; }

    /// <summary>Completes with the reason when the router takes the subscription back. It is not restored. The feed then ends, after the events that wait, with a <see cref="WampException"/>.</summary>
    public Task<string> Revoked { get; }

    /// <summary>How many events were lost because the reader was too slow.</summary>
    public long DroppedEvents => _droppedEvents();

    /// <summary>Reads the events as they come.</summary>
    /// <param name="cancellationToken">Ends the reading; the subscription stays.</param>
    /// <returns>The events.</returns>
    public IAsyncEnumerator<WampEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _events.GetAsyncEnumerator(cancellationToken);

    /// <summary>Reads the first argument of every event.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="cancellationToken">Ends the reading; the subscription stays.</param>
    /// <returns>The arguments.</returns>
    public async IAsyncEnumerable<T> ReadAllAsync<T>([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var message in _events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return message.Arguments.Get<T>(0);
        }
    }

    /// <summary>Ends the feed and unsubscribes.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_unsubscribe());
}
