using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WampRouter.Measures;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.LongPoll;
using WampRouter.Transports.RawSocket;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports;

/// <summary>The transports without a router behind them: for whoever brings an <see cref="IReceiverFactory"/> of their own.</summary>
internal static class TransportServiceCollectionExtensions
{
    /// <param name="services">Where to register.</param>
    /// <param name="options">The limits, validated.</param>
    public static IServiceCollection AddTransports(this IServiceCollection services, TransportOptions options)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new RouterMeter(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton(provider => TransportServices.Create(options, provider.GetRequiredService<RouterMeter>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<WebSocketTransport>();
        services.TryAddSingleton(SubprotocolPolicy.Wamp);
        services.TryAddSingleton<WebSocketEntrance>();
        services.TryAddSingleton<RawSocketTransport>();
        services.TryAddSingleton<RawSocketEntrance>();
        services.TryAddSingleton<LongPollEntrance>();
        services.TryAddSingleton(provider => new WampMemoryTransport(
            provider.GetRequiredService<TransportServices>(),
            provider.GetRequiredService<IReceiverFactory>(),
            provider.GetRequiredService<ILogger<WampMemoryTransport>>()));
        return services;
    }
}
