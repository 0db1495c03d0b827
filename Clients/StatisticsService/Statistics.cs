using System.Collections.Concurrent;
using WampRouter.Client;

namespace StatisticsService;

/// <summary>Keeps the latest readings of each sensor, and answers what is asked of them. Calls come on several threads at once.</summary>
public sealed class Statistics : IStatistics
{
    /// <summary>The error for a sensor that has not been heard of yet.</summary>
    public const string NoReadings = "com.example.error.no_readings";

    private const int MostReadings = 100;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Reading>> _latest = new();

    /// <inheritdoc/>
    public Task<Summary> SummarizeAsync(string sensor)
    {
        var readings = _latest.TryGetValue(sensor, out var latest) ? latest.ToArray() : [];
        return readings.Length > 0
            ? Task.FromResult(new Summary(
                sensor, readings.Length, readings.Min(r => r.Value), readings.Max(r => r.Value), Math.Round(readings.Average(r => r.Value), 2), readings[^1].Unit))
            : throw new WampException(NoReadings, $"No reading of '{sensor}' has arrived.");
    }

    /// <inheritdoc/>
    public Task<double> MeanAsync(double[] numbers) =>
        numbers is { Length: > 0 } ? Task.FromResult(numbers.Average()) : throw new WampException(WampErrorUri.InvalidArgument, "There is no mean of no numbers.");

    /// <inheritdoc/>
    public Task<string?> WhoCallsAsync(WampInvocation? invocation) => Task.FromResult(invocation?.Caller.AuthId);

    internal Task AddAsync(Reading reading)
    {
        var latest = _latest.GetOrAdd(reading.Sensor, static _ => new ConcurrentQueue<Reading>());
        latest.Enqueue(reading);
        if (latest.Count > MostReadings)
        {
            latest.TryDequeue(out _);
        }

        return Task.CompletedTask;
    }
}
