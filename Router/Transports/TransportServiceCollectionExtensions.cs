using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WampRouter.Sessions;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSocket;

namespace WampRouter.Transports;

/// <summary>Registers the transports. Whoever hosts them also registers an <see cref="IReceiverFactory"/>.</summary>
internal static class TransportServiceCollectionExtensions
{
    /// <param name="services">Where to register.</param>
    /// <param name="options">The limits, validated.</param>
    public static IServiceCollection AddTransports(this IServiceCollection services, TransportOptions options)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Options.Create(options));
        services.TryAddSingleton<TransportBudgets>();
        services.TryAddSingleton(EntryLimits.Of(options, OpenFiles.Limit));
        services.TryAddSingleton(new PaceLimits(options));
        services.TryAddSingleton<AddressTable>();
        services.TryAddSingleton<Handshakes>();
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
}
