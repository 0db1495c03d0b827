using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;

namespace StatisticsService;

/// <summary>The answer of <c>com.example.statistics.summary</c>.</summary>
public sealed record Summary(string Sensor, int Readings, double Minimum, double Maximum, double Mean, string Unit);

/// <summary>The procedures of this service: a method with an attribute each. Calls come on several threads at once.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "The procedures of an object are its instance methods.")]
public sealed class Statistics
{
    /// <summary>The error for a sensor that has not been heard of yet.</summary>
    public const string NoReadings = "com.example.error.no_readings";

    private const int MostReadings = 100;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Reading>> _latest = new();

    /// <summary>What the latest readings of a sensor, 100 at most, have in common.</summary>
    [WampProcedure("com.example.statistics.summary")]
    public Summary Summarize(string sensor)
    {
        var readings = _latest.TryGetValue(sensor, out var latest) ? latest.ToArray() : [];
        return readings.Length > 0
            ? new Summary(sensor, readings.Length, readings.Min(r => r.Value), readings.Max(r => r.Value), Math.Round(readings.Average(r => r.Value), 2), readings[^1].Unit)
            : throw new WampException(NoReadings, $"No reading of '{sensor}' has arrived.");
    }

    /// <summary>The mean of numbers.</summary>
    [WampProcedure("com.example.statistics.mean")]
    public double Mean(double[] numbers) =>
        numbers is { Length: > 0 } ? numbers.Average() : throw new WampException(WampErrorUri.InvalidArgument, "There is no mean of no numbers.");

    /// <summary>Who calls, as the router discloses it.</summary>
    [WampProcedure("com.example.statistics.whoami")]
    public string? WhoCalls(WampInvocation invocation) => invocation.Caller.AuthId;

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
