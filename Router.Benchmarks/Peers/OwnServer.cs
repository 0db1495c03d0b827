using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace WampRouter.Benchmarks.Peers;

/// <summary>Runs one of the servers of this project on loopback until it is stopped.</summary>
internal static class OwnServer
{
    /// <summary>The option that ends a server with its standard input.</summary>
    public const string EndsWithInput = "ends-with-input";

    /// <summary>What starts a server of this project under the run that measures it: any free port, and its end with ours.</summary>
    public static IReadOnlyList<string> MeasuredArguments { get; } = ["--port", "0", "--" + EndsWithInput];

    /// <param name="options"><c>--port</c>, 0 for any free one: the address is printed.</param>
    /// <param name="addServices">Registers what the server needs.</param>
    /// <param name="listen">Sets up its listener, where HTTP is not all it speaks.</param>
    /// <param name="map">Maps its endpoints, where it has any.</param>
    public static async Task<int> RunAsync(
        CommandOptions options, Action<IServiceCollection> addServices, Action<ListenOptions>? listen = null, Action<WebApplication>? map = null)
    {
        var port = options.Number("port", 0, 0, ushort.MaxValue);
        var endsWithInput = options.Flag(EndsWithInput);
        options.EnsureAllTaken();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listener => listen?.Invoke(listener)));
        addServices(builder.Services);
        var app = builder.Build();
        map?.Invoke(app);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Console.WriteLine($"listening on {addresses.Addresses.First()}");
        if (endsWithInput)
        {
            StopWithStandardInput(app.Lifetime);
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    // The run that started us holds the other end of the pipe: when it is gone, however it went, we end too.
    private static void StopWithStandardInput(IHostApplicationLifetime lifetime)
    {
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
