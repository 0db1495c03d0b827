using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace WampRouter.Benchmarks.Peers;

/// <summary>Runs one of the servers of this project on loopback until it is stopped, or until standard input ends.</summary>
internal static class OwnServer
{
    /// <param name="port">0 for any free one; the address is printed.</param>
    /// <param name="addServices">Registers what the server needs.</param>
    /// <param name="map">Maps its endpoints.</param>
    public static async Task<int> RunAsync(int port, Action<WebApplicationBuilder> addServices, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        addServices(builder);
        var app = builder.Build();
        map(app);
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
