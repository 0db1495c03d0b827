using WampRouter.Client.PubSub;

namespace WampRouter.Client;

/// <summary>Subscribes handlers of the first argument, and handlers that return nothing: <c>client.SubscribeAsync("com.example.temperature", (double celsius) => …)</c>.</summary>
public static class WampTypedSubscriptions
{
    /// <summary>Subscribes a handler. Events are handled one after the other; a slow handler delays only itself.</summary>
    /// <param name="client">The client that subscribes.</param>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What to do with an event. What it throws is reported by <see cref="IWampClient.BackgroundError"/>.</param>
    /// <param name="options">How to subscribe.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscription; dispose it to unsubscribe.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public static Task<WampSubscription> SubscribeAsync(
        this IWampClient client, string topic, Action<WampEvent> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.SubscribeAsync(topic, SubscriptionHandlers.From(handler), options, cancellationToken);
    }

    /// <summary>Subscribes a handler of the first argument. An event without a readable one is reported by <see cref="WampClient.BackgroundError"/>.</summary>
    /// <typeparam name="T">What to read the argument as.</typeparam>
    /// <param name="client">The client that subscribes.</param>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What to do with the argument.</param>
    /// <param name="options">How to subscribe.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscription; dispose it to unsubscribe.</returns>
    public static Task<WampSubscription> SubscribeAsync<T>(
        this IWampClient client, string topic, Func<T, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.SubscribeAsync(topic, (WampEvent message) => handler(message.Arguments.Get<T>(0)), options, cancellationToken);
    }

    /// <inheritdoc cref="SubscribeAsync{T}(IWampClient, string, Func{T, Task}, WampSubscribeOptions?, CancellationToken)"/>
    public static Task<WampSubscription> SubscribeAsync<T>(
        this IWampClient client, string topic, Action<T> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.SubscribeAsync(topic, SubscriptionHandlers.From((WampEvent message) => handler(message.Arguments.Get<T>(0))), options, cancellationToken);
    }
}
