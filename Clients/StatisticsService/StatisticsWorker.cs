using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WampRouter.Client;

namespace StatisticsService;

/// <summary>Listens to the sensors and offers the procedures of <see cref="Statistics"/>, for as long as the process runs.</summary>
internal sealed partial class StatisticsWorker(IConfiguration configuration, ILogger<StatisticsWorker> logger) : BackgroundService
{
    private static readonly string[] Sensors = ["temperature", "humidity", "pressure"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var router = configuration.GetRequiredSection("Router");
        await using var client = new WampClient(ClientOptions(router));
        client.StateChanged += (_, e) => Log.StateChanged(logger, e.Current, router["Url"], router["Realm"], e.Cause is null ? "" : $": {e.Cause.Message}");
        client.BackgroundError += (_, e) => Log.BackgroundError(logger, e.Kind, e.Uri, e.Exception.Message);
        await client.ConnectAsync(stoppingToken);

        // Said once: the client subscribes and registers again by itself whenever it has to reconnect.
        var statistics = new Statistics();
        foreach (var sensor in Sensors)
        {
            await client.SubscribeAsync<Reading>($"com.example.sensors.{sensor}", statistics.Add, cancellationToken: stoppingToken);
        }

        var service = await client.RegisterServiceAsync(statistics, stoppingToken);
        Log.Ready(logger, string.Join(", ", Sensors), string.Join(", ", service.Registrations.Select(registration => registration.Procedure)));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
    }

    private static WampClientOptions ClientOptions(IConfigurationSection router) => new()
    {
        Transport = new WampWebSocketTransport(new Uri(router["Url"]!)),
        Realm = router["Realm"]!,
        Authentication = WampAuthentication.Ticket(router["AuthId"]!, router["Ticket"]!),
        Serializers = [WampSerializer.MessagePack],

        // The router may start later than this service, and may go away for a while.
        Reconnect = new WampReconnectPolicy { RetryFirstConnect = true, MaxDelay = TimeSpan.FromSeconds(5) },
        WhenDisconnected = WampDisconnectedBehavior.Wait,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{State} ({Router}, realm {Realm}){Cause}")]
        public static partial void StateChanged(ILogger logger, WampClientState state, string? router, string? realm, string cause);

        [LoggerMessage(2, LogLevel.Warning, "{Kind}, {Uri}: {Message}")]
        public static partial void BackgroundError(ILogger logger, WampBackgroundErrorKind kind, string uri, string message);

        [LoggerMessage(3, LogLevel.Information, "Listening to {Sensors}; registered {Procedures}")]
        public static partial void Ready(ILogger logger, string sensors, string procedures);
    }
}
