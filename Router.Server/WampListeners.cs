using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Server.Configuration;
using WampRouter.Server.Monitoring;
using WampRouter.Server.Welcome;
using WampRouter.Transports;
using WampRouter.Transports.Endpoint;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.Listening;

namespace WampRouter.Server;

/// <summary>The stand-alone router's own listeners: WAMP through the front door, everything else through the HTTP pipeline, and whoever watches the router by the side door.</summary>
internal static class WampListeners
{
    /// <summary>What is taken off a socket before anybody reads it, in bytes: for every connection, whose session may be waiting for something. The server's own default is eight times as much.</summary>
    private const int MostUnreadBytes = 128 * 1024;

    /// <summary>Lets Kestrel listen where the configuration says.</summary>
    public static void UseWampListeners(this IWebHostBuilder host, StandAloneOptions options, FilePlaces places) => host.ConfigureServices(services =>
    {
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = MostUnreadBytes);
        services.AddSingleton<IConnectionListenerFactory>(static provider =>        // the last one counts
        {
            var entrance = EntranceOf(provider);
            return new SocketListenerFactory(
                provider.GetRequiredService<IOptions<SocketTransportOptions>>(),
                provider.GetRequiredService<IMemoryPoolFactory<byte>>(),
                entrance.Services,
                provider.GetRequiredService<ILoggerFactory>(),
                entrance.Logger);
        });
    }).ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, options.Transports);
        for (var i = 0; i < options.Listeners.Count; i++)
        {
            Listen(kestrel, options.Listeners[i], $"{WampRouterOptions.SectionName}:Listeners:{i}", options.Transports, places);
        }
    });

    /// <summary>
    /// Maps what comes through the HTTP pipeline: WAMP over HTTP/2, which browsers choose under TLS, and the page to try the router with.
    /// </summary>
    public static void MapWampListeners(this WebApplication app, RouterConfiguration configuration)
    {
        app.UseArrivals();
        var options = StandAloneSettings.Of(configuration);
        app.MapMonitoring(options);
        var paths = options.Listeners.Where(listener => listener.ServesWamp).Select(listener => listener.Path).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var path in paths)
        {
            app.MapWampRouter(path);
        }

        if (HasPage(options))
        {
            var open = configuration.Realms.Where(realm => realm.Sessions.Authentication.Anonymous is not null).ToLookup(
                realm => realm.Sessions.Authentication.Anonymous!.LoopbackOnly,
                realm => realm.Realm.Name);
            WelcomePage.Map(app, paths[0], forLocal: [.. open[false], .. open[true]], forAll: [.. open[false]], WebSocketEndpoint.IsLocal);
        }
    }

    /// <summary>Whether there is a page at <c>/</c>: not where it is switched off, or WAMP has that path.</summary>
    public static bool HasPage(StandAloneOptions options) => options.WelcomePage && options.Listeners.All(listener => !listener.ServesWamp || listener.Path != "/");

    private static WebSocketEntrance EntranceOf(IServiceProvider services) => services.GetRequiredKeyedService<HostedRouter>(Options.DefaultName).Entrance;

    /// <summary>What the HTTP pipeline may take: nobody who comes for a page needs longer than a WebSocket client, or sends more than a message.</summary>
    private static void Limit(KestrelServerLimits limits, TransportOptions transports)
    {
        limits.RequestHeadersTimeout = transports.HandshakeTimeout;
        limits.KeepAliveTimeout = transports.HandshakeTimeout;
        limits.MaxRequestBodySize = transports.MaxMessageBytes;
        limits.MaxRequestBufferSize = MostUnreadBytes;
    }

    private static void Listen(KestrelServerOptions kestrel, ListenerOptions listener, string section, TransportOptions transports, FilePlaces places)
    {
        if (!ListenerAddress.TryParse(listener.Url, out var address, out var problem))
        {
            throw new InvalidDataException($"{listener.Url}: {problem}");
        }

        if (address.Ip is { } ip)
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
        else
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }

        void Configure(ListenOptions options)
        {
            var entrance = EntranceOf(options.ApplicationServices);
            options.UseServedHere(listener.Services);
            entrance = listener.AreSet && listener.ServesWamp ? entrance.Within(listener, section) : entrance;
            if (listener.Certificate is { } settings)
            {
                if (!ListenerCertificate.TryLoad(settings, places, out var certificate, out var wrong))
                {
                    throw new InvalidDataException($"{wrong.Key} of a listener's certificate: {wrong.Text}");
                }

                options.UseHandshakeGate(entrance.Services, listener.BehindProxy);
                options.UseHttps(https =>
                {
                    https.HandshakeTimeout = transports.HandshakeTimeout;
                    https.ServerCertificate = certificate.Certificate;
                    https.ServerCertificateChain = certificate.Chain;
                });
            }

            if (listener.ServesWamp)
            {
                options.UseFrontDoor(entrance, listener.Path, listener.BehindProxy);
            }
            else
            {
                var bounds = entrance.Services.BoundsOf(
                    new ListenerLimits { MaxConnections = listener.MaxConnections ?? SideDoor.DefaultConnections, MaxConnectionsPerAddress = listener.MaxConnectionsPerAddress, MaxHandshakes = listener.MaxHandshakes }, section);
                ((IConnectionBuilder)options).Use(next => new SideDoor(entrance.Services, bounds, listener.BehindProxy, next).OnConnectedAsync);
            }
        }
    }
}
