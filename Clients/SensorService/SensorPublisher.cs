using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WampRouter.Client;

namespace SensorService;

/// <summary>Publishes the reading of every sensor to <c>com.example.sensors.{sensor}</c>, again and again, for as long as the process runs.</summary>
internal sealed partial class SensorPublisher(IWampClient client, IConfiguration configuration, TimeProvider time, ILogger<SensorPublisher> logger) : BackgroundService
{
    private const int RoundsToReport = 60;

    private readonly SimulatedSensor[] _sensors =
    [
        new("temperature", "°C", usual: 21.5, step: 0.8),
        new("humidity", "%", usual: 47, step: 2),
        new("pressure", "hPa", usual: 1013, step: 1.5),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = configuration.GetValue<TimeSpan>("Interval");
        Log.Publishing(logger, string.Join(", ", _sensors.Select(sensor => sensor.Name)), interval);
        using var timer = new PeriodicTimer(interval, time);
        var rounds = 0;
        do
        {
            foreach (var sensor in _sensors)
            {
                await client.PublishAsync($"com.example.sensors.{sensor.Name}", [sensor.Read(time)], cancellationToken: stoppingToken);
            }

            if (++rounds % RoundsToReport == 0)
            {
                Log.Published(logger, rounds * _sensors.Length);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Publishing {Sensors} to com.example.sensors.… every {Interval}")]
        public static partial void Publishing(ILogger logger, string sensors, TimeSpan interval);

        [LoggerMessage(2, LogLevel.Information, "{Count} readings published so far")]
        public static partial void Published(ILogger logger, int count);
    }
}
