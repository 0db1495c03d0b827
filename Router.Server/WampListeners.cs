using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Server.Monitoring;
using WampRouter.Transports;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Listening;

namespace WampRouter.Server;

/// <summary>The stand-alone router's own listeners: WAMP through the front door, everything else through the HTTP pipeline, and whoever watches the router by the side door.</summary>
internal static class WampListeners
{
    /// <summary>What is taken off a socket before anybody reads it, in bytes: for every connection, whose session may be waiting for something. The server's own default is eight times as much.</summary>
    private const int MostUnreadBytes = 128 * 1024;

    /// <summary>Lets the program listen where the configuration says, now and after each reload.</summary>
    public static void UseWampListeners(this IWebHostBuilder host)
    {
        var queues = new AcceptQueues();
        host.ConfigureServices(services =>
        {
            services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = MostUnreadBytes);
            services.AddSingleton<IConnectionListenerFactory, AcceptQueueFactory>();
            services.AddSingleton(provider => new SocketListeners(
                provider.GetRequiredService<IOptions<SocketTransportOptions>>(),
                provider.GetRequiredService<IMemoryPoolFactory<byte>>(),
                EntrancesOf(provider).Services,
                provider.GetRequiredService<ILoggerFactory>(),
                EntrancesOf(provider).WebSockets.Logger));
            services.AddSingleton(provider => new RunningListeners(
                queues,
                provider.GetRequiredService<SocketListeners>(),
                EntrancesOf(provider),
                ConfigurationOf(provider),
                provider.GetRequiredService<IOptions<KestrelServerOptions>>(),
                provider.GetRequiredService<IOptions<HostOptions>>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RunningListeners>>()));
            services.AddSingleton(provider => new ListenerEndpoints(EntrancesOf(provider), WampRouterEndpointRouteBuilderExtensions.EndpointOf(provider.GetRequiredKeyedService<HostedRouter>(Options.DefaultName))).With(ConfigurationOf(provider)));

            // The last to be prepared: to open a socket is what others feel.
            services.AddKeyedSingleton<IReloadPart>(Options.DefaultName, static (provider, _) => provider.GetRequiredService<ListenerEndpoints>());
            services.AddKeyedSingleton<IReloadPart>(Options.DefaultName, static (provider, _) => provider.GetRequiredService<RunningListeners>());
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<RunningListeners>());
        });
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBufferSize = MostUnreadBytes;
            kestrel.Listen(queues.Plain, static listener =>
            {
                listener.UseProxyGate();
                listener.UseDoor();
            });
            kestrel.Listen(queues.Secure, static listener =>
            {
                listener.UseProxyGate();
                listener.Use(static next => connection => ListenerEdition.Of(connection).PassGateAsync(connection, next));
                listener.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = TransportOptions.LongestTimeout,        // the gate has the one that is set now
                    OnConnection = static handshake => ValueTask.FromResult(ListenerEdition.Of(handshake.Connection).TlsFor(handshake)),
                });
                listener.UseDoor();
            });
        });
    }

    /// <summary>Maps what comes through the HTTP pipeline.</summary>
    public static void MapWampListeners(this WebApplication app)
    {
        app.UseArrivals();
        app.MapMonitoring(StandAloneSettings.Of(ConfigurationOf(app.Services)));
        ((IEndpointRouteBuilder)app).DataSources.Add(app.Services.GetRequiredService<ListenerEndpoints>());
    }

    private static void UseProxyGate(this ListenOptions listener) => listener.Use(static next => connection => ListenerEdition.Of(connection).PassProxyGateAsync(connection, next));

    private static void UseDoor(this ListenOptions listener) => listener.Use(static next => connection => ListenerEdition.Of(connection).PassDoorAsync(connection, next));

    private static Entrances EntrancesOf(IServiceProvider services) => services.GetRequiredKeyedService<HostedRouter>(Options.DefaultName).Entrances;

    private static RouterConfiguration ConfigurationOf(IServiceProvider services) => services.GetRequiredKeyedService<RouterConfiguration>(Options.DefaultName);
}
