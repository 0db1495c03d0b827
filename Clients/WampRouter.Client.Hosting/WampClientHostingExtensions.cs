using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WampRouter.Client;
using WampRouter.Client.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds WAMP clients to an application.</summary>
public static class WampClientHostingExtensions
{
    /// <summary>
    /// Adds the application's client: inject <see cref="IWampClient"/>. It connects when the host starts, without holding up the start, comes back when the router was away, and says
    /// GOODBYE when the host stops.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The section with its <see cref="WampClientSettings"/>.</param>
    /// <returns>Says what else it is made of, and what it offers.</returns>
    public static WampClientBuilder AddWampClient(this IServiceCollection services, IConfiguration configuration) => services.AddWampClient(Options.Options.DefaultName, configuration);

    /// <summary>Adds the application's client, with settings that are given in code.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Its settings.</param>
    /// <returns>Says what else it is made of, and what it offers.</returns>
    public static WampClientBuilder AddWampClient(this IServiceCollection services, Action<WampClientSettings> configure) => services.AddWampClient(Options.Options.DefaultName, configure);

    /// <summary>Adds one of several clients: inject it with <c>[FromKeyedServices("name")] IWampClient</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Its name.</param>
    /// <param name="configuration">The section with its <see cref="WampClientSettings"/>.</param>
    /// <returns>Says what else it is made of, and what it offers.</returns>
    public static WampClientBuilder AddWampClient(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = Add(services, name);
        var section = new SettingsSection(configuration);
        services.Configure<ClientParts>(name, parts => parts.Section = section);
        return builder.Configure(section.Bind);
    }

    /// <summary>Adds one of several clients, with settings that are given in code.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Its name.</param>
    /// <param name="configure">Its settings.</param>
    /// <returns>Says what else it is made of, and what it offers.</returns>
    public static WampClientBuilder AddWampClient(this IServiceCollection services, string name, Action<WampClientSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name).Configure(configure);
    }

    /// <summary>Adds a health check of a client: healthy while it is connected, degraded while it is about to be, and otherwise as <paramref name="failureStatus"/> says.</summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="clientName">The client's name; empty: the one without a name.</param>
    /// <param name="name">The check's name. Default: <c>wamp</c>, or <c>wamp-</c> and the client's name.</param>
    /// <param name="failureStatus">What a client that is closed is. Default: unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <returns>The application's health checks.</returns>
    public static IHealthChecksBuilder AddWampClient(
        this IHealthChecksBuilder builder, string clientName = "", string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(clientName);
        return builder.Add(new HealthCheckRegistration(
            name ?? (clientName.Length == 0 ? "wamp" : $"wamp-{clientName}"),
            services => new ClientHealthCheck(services.GetRequiredKeyedService<IWampClient>(clientName)),
            failureStatus,
            tags));
    }

    private static WampClientBuilder Add(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(IWampClient) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name.Length == 0 ? "There is a WAMP client without a name already: name the others." : $"There is a WAMP client '{name}' already.");
        }

        services.AddOptions<WampClientSettings>(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WampClientSettings>>(provider => new SettingsValidator(name, provider.GetRequiredService<IOptionsMonitor<ClientParts>>()));
        services.AddKeyedSingleton(name, static (provider, key) => ClientFactory.Create(provider, (string)key!));
        services.AddSingleton<IHostedService>(provider => new ClientHost(
            provider.GetRequiredKeyedService<IWampClient>(name),
            provider.GetRequiredService<IOptionsMonitor<ClientParts>>().Get(name),
            provider.GetRequiredService<IOptionsMonitor<WampClientSettings>>().Get(name).WaitForConnection,
            provider,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(ClientLog.ConnectionCategory)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<IWampClient>(Options.Options.DefaultName));
        }

        return new WampClientBuilder(services, name);
    }
}
