using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Measures;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Handshake;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Real sessions of a <see cref="TestRouter"/> over Kestrel.</summary>
internal sealed class SessionHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SessionHost(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>What it measures.</summary>
    public RouterMeter Meter => _app.Services.GetRequiredService<RouterMeter>();

    /// <summary>Where WebSocket clients connect.</summary>
    public Uri Address { get; }

    public static async Task<SessionHost> StartAsync(TestRouter router, Action<TransportOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IReceiverFactory>(router.Sessions);
        var options = new TransportOptions();
        configure?.Invoke(options);
        builder.Services.AddTransports(options);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapWebSocketEntrance("/ws", app.Services.GetRequiredService<WebSocketEntrance>());
        await app.StartAsync().Soon();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new SessionHost(app, new UriBuilder(address) { Scheme = "ws", Path = "/ws" }.Uri);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
