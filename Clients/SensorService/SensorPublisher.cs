using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WampRouter.Client;

namespace SensorService;

/// <summary>Publishes the reading of every sensor to <c>com.example.sensors.{sensor}</c>, again and again, for as long as the process runs.</summary>
internal sealed partial class SensorPublisher(IConfiguration configuration, TimeProvider time, ILogger<SensorPublisher> logger) : BackgroundService
{
    private readonly SimulatedSensor[] _sensors =
    [
        new("temperature", "°C", usual: 21.5, step: 0.8),
        new("humidity", "%", usual: 47, step: 2),
        new("pressure", "hPa", usual: 1013, step: 1.5),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var client = new WampClient(ClientOptions(configuration.GetRequiredSection("Router")));
        client.StateChanged += (_, e) => Log.StateChanged(logger, e.Current, e.Cause?.Message ?? "");
        client.BackgroundError += (_, e) => Log.BackgroundError(logger, e.Kind, e.Uri, e.Exception.Message);
        await client.ConnectAsync(stoppingToken);

        using var timer = new PeriodicTimer(configuration.GetValue<TimeSpan>("Interval"), time);
        do
        {
            foreach (var sensor in _sensors)
            {
                await client.PublishAsync($"com.example.sensors.{sensor.Name}", [sensor.Read(time)], cancellationToken: stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static WampClientOptions ClientOptions(IConfigurationSection router) => new()
    {
        Transport = new WampWebSocketTransport(new Uri(router["Url"]!)),
        Realm = router["Realm"]!,
        Authentication = WampAuthentication.Ticket(router["AuthId"]!, router["Ticket"]!),
        PayloadSerializer = new WampJsonSerializer(ReadingJson.Default),

        // The router may start later than this service, and may go away for a while.
        Reconnect = new WampReconnectPolicy { RetryFirstConnect = true, MaxDelay = TimeSpan.FromSeconds(5) },
        WhenDisconnected = WampDisconnectedBehavior.Wait,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{State} {Cause}")]
        public static partial void StateChanged(ILogger logger, WampClientState state, string cause);

        [LoggerMessage(2, LogLevel.Warning, "{Kind}, {Uri}: {Message}")]
        public static partial void BackgroundError(ILogger logger, WampBackgroundErrorKind kind, string uri, string message);
    }
}
