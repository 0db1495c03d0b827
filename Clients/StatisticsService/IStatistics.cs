using WampRouter.Client;

namespace StatisticsService;

/// <summary>What the service offers. Whoever has this interface calls it through a proxy: <c>client.CreateProxy&lt;IStatistics&gt;()</c>.</summary>
[WampContract("com.example.statistics")]
public partial interface IStatistics
{
    /// <summary>What the latest readings of a sensor, 100 at most, have in common. <see cref="Statistics.NoReadings"/>: it has not been heard of yet.</summary>
    [WampProcedure("summary")]
    Task<Summary> SummarizeAsync(string sensor);

    /// <summary>The mean of numbers.</summary>
    [WampProcedure("mean")]
    Task<double> MeanAsync(double[] numbers);

    /// <summary>Who calls, as the router discloses it.</summary>
    [WampProcedure("whoami")]
    Task<string?> WhoCallsAsync(WampInvocation? invocation = null);
}

/// <summary>The answer of <c>com.example.statistics.summary</c>.</summary>
public sealed record Summary(string Sensor, int Readings, double Minimum, double Maximum, double Mean, string Unit);
