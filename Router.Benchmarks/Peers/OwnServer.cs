using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace WampRouter.Benchmarks.Peers;

/// <summary>Runs one of the servers of this project on loopback until it is stopped, or until standard input ends.</summary>
internal static class OwnServer
{
    /// <param name="port">0 for any free one; the address is printed.</param>
    /// <param name="addServices">Registers what the server needs.</param>
    /// <param name="listen">Sets up its listener, where HTTP is not all it speaks.</param>
    /// <param name="map">Maps its endpoints, where it has any.</param>
    public static async Task<int> RunAsync(
        int port, Action<IServiceCollection> addServices, Action<ListenOptions>? listen = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listener => listen?.Invoke(listener)));
        addServices(builder.Services);
        var app = builder.Build();
        map?.Invoke(app);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Console.WriteLine($"listening on {addresses.Addresses.First()}");
        StopWithStandardInput(app.Lifetime);
        await app.WaitForShutdownAsync();
        return 0;
    }

    // The run that started us holds the other end: when it is gone, however it went, we end too. On a terminal nothing is read,
    // so that a server started by hand in the background lives on.
    private static void StopWithStandardInput(IHostApplicationLifetime lifetime)
    {
        if (!Console.IsInputRedirected)
        {
            return;
        }

        var watch = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            lifetime.StopApplication();
        })
        { IsBackground = true };
        watch.Start();
    }
}
