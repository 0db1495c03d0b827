using Microsoft.Extensions.DependencyInjection.Extensions;
using WampRouter;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Logging;
using WampRouter.Realms;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Storage;
using WampRouter.Transports;
using WampRouter.Transports.WebSocket;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the router into an ASP.NET Core application; <c>MapWampRouter</c> then gives it a path.</summary>
public static class WampRouterServices
{
    /// <summary>
    /// Adds the router: realms from the directory that the section <c>WampRouter</c> names, sessions, transports, and an orderly shutdown.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The application's configuration; nothing in it is needed but realm files in <c>config/realms</c>.</param>
    /// <exception cref="WampRouterConfigurationException">The configuration has mistakes; the message lists all of them.</exception>
    public static IServiceCollection AddWampRouter(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var contentRoot = configuration[HostDefaults.ContentRootKey] ?? AppContext.BaseDirectory;
        return services.AddWampRouter(RouterConfiguration.Load(configuration, contentRoot, Environment.CurrentDirectory));
    }

    /// <summary>As above, with a configuration that was read already.</summary>
    internal static IServiceCollection AddWampRouter(this IServiceCollection services, RouterConfiguration configuration)
    {
        if (configuration.Mistakes.Count > 0)
        {
            throw new WampRouterConfigurationException(configuration.Mistakes);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(configuration);
        services.AddSampledLogs();
        services.AddTransports(configuration.Options.Transports);
        services.AddSessions(configuration);
        services.AddHostedService<RouterShutdown>();
        return services;
    }

    /// <summary>Every category in which a peer can cause a line.</summary>
    private static void AddSampledLogs(this IServiceCollection services)
    {
        services.AddSingleton<LogSampling>();
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<Session>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<WebSocketTransport>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<WampMemoryTransport>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<EventHistories>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<Realm>());
    }

    private static void AddSessions(this IServiceCollection services, RouterConfiguration configuration)
    {
        var options = configuration.Options.Sessions;
        services.AddSingleton(provider => new TicketVerifier(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LiveSessions>();
        services.AddSingleton(provider => new EventHistories(
            configuration.Options.DataDirectory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EventHistories>>(), provider.GetService<InspectedHistories>()));
        services.AddSingleton(provider => new SessionContext(
            configuration.Realms.Select(realm => new HostedRealm(
                realm.Realm,
                realm.Sessions,
                provider.GetRequiredService<TicketVerifier>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<EventHistories>(),
                logger: provider.GetRequiredService<ILogger<Realm>>())),
            options,
            provider.GetRequiredService<LiveSessions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Session>>()));
        services.AddSingleton<IReceiverFactory, SessionFactory>();
    }
}
