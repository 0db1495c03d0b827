using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace WampRouter.Client.Hosting;

/// <summary>Says what a client of the application is made of, and what it offers. Used while services are added.</summary>
public sealed class WampClientBuilder
{
    private const string Reflection = "Attributed services call their methods by reflection; use AddRegistration in a trimmed or ahead-of-time compiled application.";

    internal WampClientBuilder(IServiceCollection services, string name) => (Services, Name) = (services, name);

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The client's name, which is the key of its <see cref="IWampClient"/>; empty: the one without a name.</summary>
    public string Name { get; }

    /// <summary>Changes the settings in code, after configuration was read.</summary>
    /// <param name="configure">Changes them.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder Configure(Action<WampClientSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Says how arguments become JSON values and back, for example with a source-generated context.</summary>
    /// <param name="serializer">The serializer.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder UseSerializer(IWampPayloadSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return With(parts => parts.PayloadSerializer = _ => serializer);
    }

    /// <summary>Says how to reach the router, in place of a URL: through a pipe in the same process, or with headers and certificates of your own.</summary>
    /// <param name="transport">Makes the transport.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder UseTransport(Func<IServiceProvider, IWampTransport> transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return With(parts => parts.Transport = transport);
    }

    /// <summary>Says who the client is, in place of <see cref="WampClientSettings.AuthId"/> and <see cref="WampClientSettings.Ticket"/> or <see cref="WampClientSettings.Secret"/>, or of <see cref="WampClientSettings.Token"/>.</summary>
    /// <param name="authentication">Makes the authentication.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder UseAuthentication(Func<IServiceProvider, WampAuthentication> authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        return With(parts => parts.Authentication = authentication);
    }

    /// <summary>
    /// Registers the methods of a service that have a <see cref="WampProcedureAttribute"/>. Each call gets the service from a scope of its own: it is as a controller, unless the
    /// application adds it as a singleton.
    /// </summary>
    /// <typeparam name="TService">The service; added as a scoped one where it is not there.</typeparam>
    /// <returns>This builder.</returns>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public WampClientBuilder AddService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods)] TService>()
        where TService : class
    {
        Services.TryAddScoped<TService>();
        return AddRegistration((services, client, cancellationToken) => client.RegisterServiceAsync<TService>(
            (_, call) => InScopeAsync(services, scoped => call(scoped.GetRequiredService<TService>())), cancellationToken));
    }

    /// <summary>Subscribes a method of a service to events. Each event gets the service from a scope of its own, unless the application adds it as a singleton.</summary>
    /// <typeparam name="TService">The service; added as a scoped one where it is not there.</typeparam>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What the service does with an event.</param>
    /// <param name="options">How to subscribe.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder AddSubscription<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(
        string topic, Func<TService, WampEvent, Task> handler, WampSubscribeOptions? options = null)
        where TService : class
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentNullException.ThrowIfNull(handler);
        Services.TryAddScoped<TService>();
        return AddRegistration((services, client, cancellationToken) => client.SubscribeAsync(
            topic,
            message => InScopeAsync(services, scoped => handler(scoped.GetRequiredService<TService>(), message)),
            options,
            cancellationToken));
    }

    /// <summary>Subscribes a method of a service to the first argument of events: <c>AddSubscription&lt;Statistics, Reading&gt;("com.example.sensors.humidity", (statistics, reading) => statistics.AddAsync(reading))</c>.</summary>
    /// <typeparam name="TService">The service; added as a scoped one where it is not there.</typeparam>
    /// <typeparam name="TArgument">What to read the argument as.</typeparam>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What the service does with the argument.</param>
    /// <param name="options">How to subscribe.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder AddSubscription<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TArgument>(
        string topic, Func<TService, TArgument, Task> handler, WampSubscribeOptions? options = null)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddSubscription<TService>(topic, (service, message) => handler(service, message.Arguments.Get<TArgument>(0)), options);
    }

    /// <summary>
    /// Serves an interface with <see cref="WampContractAttribute"/>: registers its procedures and subscribes to its topics. Each call and each event gets the service from a scope of
    /// its own: it is as a controller, unless the application adds it as a singleton.
    /// </summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <typeparam name="TService">What implements it; added as a scoped service where it is not there.</typeparam>
    /// <param name="configureRegistration">Changes how a procedure is registered, after its attribute.</param>
    /// <param name="configureSubscription">Changes how a topic is subscribed to, after its attribute.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder AddContract<TContract, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(
        Func<WampRegisterOptions, WampRegisterOptions>? configureRegistration = null, Func<WampSubscribeOptions, WampSubscribeOptions>? configureSubscription = null)
        where TContract : class, IWampContract<TContract>
        where TService : class, TContract
    {
        Services.TryAddScoped<TService>();
        if (TContract.Contract.Procedures.Count > 0)
        {
            AddRegistration((services, client, cancellationToken) => client.RegisterAsync<TContract>(
                (_, call) => InScopeAsync(services, scoped => call(scoped.GetRequiredService<TService>())), configureRegistration, cancellationToken));
        }

        if (TContract.Contract.Topics.Count > 0)
        {
            AddRegistration((services, client, cancellationToken) => client.SubscribeAsync<TContract>(
                (_, handle) => InScopeAsync(services, scoped => handle(scoped.GetRequiredService<TService>())), configureSubscription, cancellationToken));
        }

        return this;
    }

    /// <summary>Adds the proxy of an interface with <see cref="WampContractAttribute"/> to the application's services, so that they take the interface in their constructors.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="callOptions">How to call, where the interface does not say otherwise.</param>
    /// <param name="publishOptions">How to publish, where the interface does not say otherwise.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder AddProxy<TContract>(WampCallOptions? callOptions = null, WampPublishOptions? publishOptions = null)
        where TContract : class, IWampContract<TContract>
    {
        if (Name.Length == 0)
        {
            Services.AddSingleton(services => services.GetRequiredService<IWampClient>().CreateProxy<TContract>(callOptions, publishOptions));
        }
        else
        {
            Services.AddKeyedSingleton(Name, (services, name) => services.GetRequiredKeyedService<IWampClient>(name).CreateProxy<TContract>(callOptions, publishOptions));
        }

        return this;
    }

    /// <summary>
    /// Registers or subscribes anything else when the client is connected for the first time; the client restores it after each reconnect. What it throws stops the
    /// application, and so does null in place of what it registered; all but a connection that is lost meanwhile: then it is called again.
    /// </summary>
    /// <typeparam name="TOffer">What it returns, such as a <see cref="WampRegistration"/>; it lives as long as the client.</typeparam>
    /// <param name="offer">Registers or subscribes. The services are the application's, outside of any scope.</param>
    /// <returns>This builder.</returns>
    public WampClientBuilder AddRegistration<TOffer>(Func<IServiceProvider, IWampClient, CancellationToken, Task<TOffer>> offer)
        where TOffer : IAsyncDisposable
    {
        ArgumentNullException.ThrowIfNull(offer);
        return With(parts => parts.Setups.Add(async (services, client, cancellationToken) =>
        {
            var offering = offer(services, client, cancellationToken);
            if (offering is null || await offering.ConfigureAwait(false) is null)
            {
                throw new InvalidOperationException($"What was given to AddRegistration returned null in place of a {typeof(TOffer).Name}.");
            }
        }));
    }

    private static async Task<TResult> InScopeAsync<TResult>(IServiceProvider services, Func<IServiceProvider, Task<TResult>> serve)
    {
        var scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await serve(scope.ServiceProvider).ConfigureAwait(false);
        }
    }

    private static async Task InScopeAsync(IServiceProvider services, Func<IServiceProvider, Task> serve)
    {
        var scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await serve(scope.ServiceProvider).ConfigureAwait(false);
        }
    }

    private WampClientBuilder With(Action<ClientParts> change)
    {
        Services.Configure(Name, change);
        return this;
    }
}
