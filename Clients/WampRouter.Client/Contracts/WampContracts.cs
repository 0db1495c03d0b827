namespace WampRouter.Client;

/// <summary>
/// Typed interfaces both ways. One interface with <see cref="WampContractAttribute"/> is what the caller calls and the callee implements, and what the publisher calls and the
/// subscriber implements: <c>client.CreateProxy&lt;ICalculator&gt;()</c>, <c>client.RegisterAsync&lt;ICalculator&gt;(new Calculator())</c>.
/// </summary>
public static class WampContracts
{
    private static readonly WampCallOptions DefaultCallOptions = new();
    private static readonly WampPublishOptions DefaultPublishOptions = new();

    /// <summary>Makes an object whose methods call the interface's procedures and publish to its topics. It costs nothing to keep or to make anew, and any thread may use it.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="client">The client that calls and publishes.</param>
    /// <param name="callOptions">How to call, where neither an attribute nor an argument says otherwise.</param>
    /// <param name="publishOptions">How to publish, where neither an attribute nor an argument says otherwise.</param>
    /// <returns>The object. Its calls throw what <see cref="IWampClient.CallAsync(string, WampPayload?, WampCallOptions?, CancellationToken)"/> throws.</returns>
    public static TContract CreateProxy<TContract>(this IWampClient client, WampCallOptions? callOptions = null, WampPublishOptions? publishOptions = null)
        where TContract : class, IWampContract<TContract>
    {
        ArgumentNullException.ThrowIfNull(client);
        return TContract.Contract.CreateProxy(client, callOptions ?? DefaultCallOptions, publishOptions ?? DefaultPublishOptions);
    }

    /// <summary>Registers the procedures of an interface: all of them, or none if one is refused.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="client">The client that offers the procedures.</param>
    /// <param name="implementation">Answers the calls; its methods are called from several threads.</param>
    /// <param name="configure">Changes how a procedure is registered, after its attribute: <c>options => options with { ForceReregister = true }</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registrations; dispose it to unregister them all.</returns>
    /// <exception cref="ArgumentException">The interface has no procedures.</exception>
    /// <exception cref="WampException">The router refused.</exception>
    public static Task<WampService> RegisterAsync<TContract>(
        this IWampClient client, TContract implementation, Func<WampRegisterOptions, WampRegisterOptions>? configure = null, CancellationToken cancellationToken = default)
        where TContract : class, IWampContract<TContract>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(implementation);
        return client.RegisterAsync<TContract>((_, call) => call(implementation), configure, cancellationToken);
    }

    /// <summary>
    /// Registers the procedures of an interface: all of them, or none if one is refused. The object is asked for at each call, so that it can come from a container, and live as
    /// long as the call.
    /// </summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="client">The client that offers the procedures.</param>
    /// <param name="withImplementation">Serves a call: gets the object, gives it to the function it is handed, and returns what that returns when the object is no longer needed.</param>
    /// <param name="configure">Changes how a procedure is registered, after its attribute.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registrations; dispose it to unregister them all.</returns>
    /// <exception cref="ArgumentException">The interface has no procedures.</exception>
    /// <exception cref="WampException">The router refused.</exception>
    public static async Task<WampService> RegisterAsync<TContract>(
        this IWampClient client,
        Func<WampInvocation, Func<TContract, Task<WampPayload?>>, Task<WampPayload?>> withImplementation,
        Func<WampRegisterOptions, WampRegisterOptions>? configure = null,
        CancellationToken cancellationToken = default)
        where TContract : class, IWampContract<TContract>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(withImplementation);
        ThrowIfNone<TContract>(TContract.Contract.Procedures.Count, "procedures");
        return new WampService(await AllOrNone.OfferAsync(TContract.Contract.Procedures, procedure => client.RegisterAsync(
            procedure.Procedure,
            invocation => withImplementation(invocation, implementation => procedure.Invoke(implementation, invocation)),
            configure?.Invoke(procedure.Options) ?? procedure.Options,
            cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>Subscribes an object to the topics of an interface: to all of them, or none if one is refused.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="client">The client that subscribes.</param>
    /// <param name="handler">Its methods are called with the events: of one topic one after the other, of several topics at once. What they throw is reported by <see cref="IWampClient.BackgroundError"/>.</param>
    /// <param name="configure">Changes how a topic is subscribed to, after its attribute: <c>options => options with { GetRetained = true }</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscriptions; dispose it to unsubscribe from them all.</returns>
    /// <exception cref="ArgumentException">The interface has no topics.</exception>
    /// <exception cref="WampException">The router refused.</exception>
    public static Task<WampSubscriptions> SubscribeAsync<TContract>(
        this IWampClient client, TContract handler, Func<WampSubscribeOptions, WampSubscribeOptions>? configure = null, CancellationToken cancellationToken = default)
        where TContract : class, IWampContract<TContract>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.SubscribeAsync<TContract>((_, handle) => handle(handler), configure, cancellationToken);
    }

    /// <summary>Subscribes to the topics of an interface: to all of them, or none if one is refused. The object is asked for at each event, so that it can come from a container.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="client">The client that subscribes.</param>
    /// <param name="withHandler">Handles an event: gets the object, gives it to the function it is handed, and returns when the object is no longer needed.</param>
    /// <param name="configure">Changes how a topic is subscribed to, after its attribute.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscriptions; dispose it to unsubscribe from them all.</returns>
    /// <exception cref="ArgumentException">The interface has no topics.</exception>
    /// <exception cref="WampException">The router refused.</exception>
    public static async Task<WampSubscriptions> SubscribeAsync<TContract>(
        this IWampClient client,
        Func<WampEvent, Func<TContract, Task>, Task> withHandler,
        Func<WampSubscribeOptions, WampSubscribeOptions>? configure = null,
        CancellationToken cancellationToken = default)
        where TContract : class, IWampContract<TContract>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(withHandler);
        ThrowIfNone<TContract>(TContract.Contract.Topics.Count, "topics");
        return new WampSubscriptions(await AllOrNone.OfferAsync(TContract.Contract.Topics, topic => client.SubscribeAsync(
            topic.Topic,
            (WampEvent message) => withHandler(message, handler => topic.Handle(handler, message)),
            configure?.Invoke(topic.Options) ?? topic.Options,
            cancellationToken)).ConfigureAwait(false));
    }

    private static void ThrowIfNone<TContract>(int count, string what)
    {
        if (count == 0)
        {
            throw new ArgumentException($"{typeof(TContract).Name} has no {what}.", nameof(TContract));
        }
    }
}
