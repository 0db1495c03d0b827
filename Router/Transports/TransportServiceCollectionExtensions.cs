using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WampRouter.Sessions;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSocket;

namespace WampRouter.Transports;

/// <summary>Registers the transports. Whoever hosts them also registers an <see cref="IReceiverFactory"/>.</summary>
internal static class TransportServiceCollectionExtensions
{
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Holds the section <see cref="TransportOptions.SectionName"/>, or nothing of it for the defaults.</param>
    public static IServiceCollection AddTransports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<TransportOptions>, TransportOptionsValidator>();
        services.AddOptions<TransportOptions>()
            .Bind(configuration.GetSection(TransportOptions.SectionName), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();

        services.TryAddSingleton(provider => new OutboxBudget(TotalOutboxBytes(provider.GetRequiredService<IOptions<TransportOptions>>().Value)));
        services.TryAddSingleton<TransportMetrics>();
        services.TryAddSingleton<ConnectionRoster>();
        services.TryAddSingleton<TransportServices>();
        services.TryAddSingleton<WebSocketTransport>();
        services.TryAddSingleton(SubprotocolPolicy.Wamp);
        services.TryAddSingleton<WebSocketEntrance>();
        services.TryAddSingleton(provider => new WampMemoryTransport(
            provider.GetRequiredService<TransportServices>(),
            provider.GetRequiredService<IReceiverFactory>(),
            provider.GetRequiredService<ILogger<WampMemoryTransport>>()));
        return services;
    }

    private static long TotalOutboxBytes(TransportOptions options) =>
        options.OutboxTotalBytes ?? Math.Max(options.OutboxBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
}
