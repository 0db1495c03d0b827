using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WampRouter;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Hosting.InProcess;
using WampRouter.Logging;
using WampRouter.Measures;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a router into an application; <c>MapWampRouter</c> then gives it a path.</summary>
public static class WampRouterServices
{
    /// <summary>Adds a router without settings or realms: what is returned takes them, from code, files or a section of the configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">A name, where the application has several routers: the key of its services, and what <c>MapWampRouter</c> asks for.</param>
    /// <returns>What is said of the router; the same for the same name.</returns>
    /// <exception cref="ArgumentException">The name holds a slash, which separates it from the name of a realm.</exception>
    public static WampRouterBuilder AddWampRouter(this IServiceCollection services, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        RouterNames.Check(name);
        return services.AddRealmSessions(services.PlanOf(name));
    }

    /// <summary>Adds the default router with the settings of the section <c>WampRouter</c>, and realms from the directory that it names.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The application's configuration; nothing in it is needed but realm files in <c>config/realms</c>, or realms in code.</param>
    /// <returns>What more is said of the router. Mistakes are told by the first <c>MapWampRouter</c>, or else when the application starts.</returns>
    public static WampRouterBuilder AddWampRouter(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var plan = services.PlanOf(Options.Options.DefaultName);
        plan.Use(configuration.GetSection(WampRouterOptions.SectionName));
        return services.AddRealmSessions(plan);
    }

    /// <summary>As above, with a configuration that was read already.</summary>
    internal static WampRouterBuilder AddWampRouter(this IServiceCollection services, RouterConfiguration configuration, Func<RouterConfiguration, RouterConfiguration>? again = null)
    {
        var plan = services.PlanOf(Options.Options.DefaultName);
        plan.Use(configuration, again);
        return new WampRouterBuilder(services, plan);
    }

    /// <summary>The application's own sessions. The program has none, and does not carry the client for them.</summary>
    private static WampRouterBuilder AddRealmSessions(this IServiceCollection services, RouterPlan plan)
    {
        services.TryAddKeyedSingleton<IWampRealm>(KeyedService.AnyKey, static (provider, key) => RealmSessions.Create(provider, (string)key!));
        services.TryAddSingleton(RealmSessions.Single);
        services.TryAddSingleton<RealmClients>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ApplicationStart>());
        return new WampRouterBuilder(services, plan);
    }

    private static RouterPlan PlanOf(this IServiceCollection services, string name)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(RouterPlan) && name.Equals(service.ServiceKey))?.KeyedImplementationInstance is RouterPlan known)
        {
            return known;
        }

        var plan = new RouterPlan(name);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, plan);
        services.AddKeyedSingleton(name, (provider, _) => plan.Read(provider));
        services.AddKeyedSingleton(name, (provider, _) => new LogSampling(provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(name, (provider, _) => new RouterMeter(provider.GetRequiredService<IMeterFactory>(), name));
        services.AddKeyedSingleton(name, (provider, _) => HostedRouter.Create(plan, provider));
        services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<HostedRouter>(name).Memory);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<HostedRouter>(name).Shutdown);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<HostedRouter>(name).Webhooks);
        services.AddKeyedSingleton(name, (provider, _) => new RouterReload(
            provider.GetRequiredKeyedService<HostedRouter>(name),
            provider.GetKeyedServices<IReloadPart>(name),
            provider.GetRequiredKeyedService<RouterConfiguration>(name),
            (former, wantsSettings) => plan.ReadAgain(provider, former, wantsSettings),
            provider.GetRequiredService<ILogger<RouterReload>>(),
            new HostMetrics(provider.GetRequiredKeyedService<RouterMeter>(name))));
        services.AddKeyedSingleton<IWampRouter>(name, (provider, _) => provider.GetRequiredKeyedService<RouterReload>(name));
        services.AddSingleton<IHostedService>(provider => new ConfigurationWatch(
            provider.GetRequiredKeyedService<RouterReload>(name),
            provider.GetRequiredKeyedService<RouterConfiguration>(name),
            plan.IsInApplication && provider.GetService<IConfiguration>() is { } settings ? settings.GetReloadToken : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConfigurationWatch>>()));
        if (name == Options.Options.DefaultName)
        {
            services.AddSingleton(provider => provider.GetRequiredKeyedService<HostedRouter>(name).Memory);
            services.AddSingleton<IWampRouter>(provider => provider.GetRequiredKeyedService<RouterReload>(name));
        }

        return plan;
    }
}
