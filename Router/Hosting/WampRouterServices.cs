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
    /// <returns>What more is added to, such as durable histories.</returns>
    public static WampRouterBuilder AddWampRouter(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var contentRoot = configuration[HostDefaults.ContentRootKey] ?? AppContext.BaseDirectory;
        return services.AddWampRouter(RouterConfiguration.Load(configuration, contentRoot, Environment.CurrentDirectory));
    }

    /// <summary>As above, with a configuration that was read already.</summary>
    internal static WampRouterBuilder AddWampRouter(this IServiceCollection services, RouterConfiguration configuration)
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
        return new WampRouterBuilder(services);
    }

    /// <summary>Every category in which a peer can cause a line.</summary>
    private static void AddSampledLogs(this IServiceCollection services)
    {
        services.AddSingleton<LogSampling>();
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<Session>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<WebSocketTransport>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<WampMemoryTransport>());
        services.AddSingleton(provider => provider.GetRequiredService<LogSampling>().For<Realm>());
    }

    private static void AddSessions(this IServiceCollection services, RouterConfiguration configuration)
    {
        var options = configuration.Options.Sessions;
        services.AddSingleton(provider => new TicketVerifier(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LiveSessions>();
        services.AddSingleton(provider => new EventHistories(provider.GetRequiredService<TimeProvider>(), provider.GetService<IDurableHistories>()));
        services.AddSingleton(provider => CreateContext(provider, configuration));
        services.AddSingleton<IReceiverFactory, SessionFactory>();
    }

    /// <exception cref="WampRouterConfigurationException">The application has no place for durable histories that a realm wants.</exception>
    private static SessionContext CreateContext(IServiceProvider provider, RouterConfiguration configuration)
    {
        var (histories, time) = (provider.GetRequiredService<EventHistories>(), provider.GetRequiredService<TimeProvider>());
        var mistakes = from realm in configuration.Realms
                       from history in realm.Realm.History
                       let problem = histories.FindProblem(history)
                       where problem is not null
                       select new ConfigurationMistake(realm.FilePath, $"the history of '{history.Uri}' {problem}");
        if (mistakes.ToArray() is { Length: > 0 } found)
        {
            throw new WampRouterConfigurationException(found);
        }

        return new SessionContext(
            configuration.Realms.Select(realm => new HostedRealm(
                realm.Realm, realm.Sessions, provider.GetRequiredService<TicketVerifier>(), time, histories, logger: provider.GetRequiredService<ILogger<Realm>>())),
            configuration.Options.Sessions,
            provider.GetRequiredService<LiveSessions>(),
            time,
            provider.GetRequiredService<ILogger<Session>>());
    }
}
