namespace WampRouter.Http.Webhooks;

/// <summary>How long to wait before the next attempt: doubling from a second, each shortened by up to half at random, so that many events do not come back in one wave. Any thread.</summary>
/// <param name="random">Between 0 and 1: how much of the possible shortening to apply.</param>
internal sealed class RetryDelays(Func<double> random)
{
    /// <summary>A receiver that asks for more is asked again after this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private const int MostDoublings = 30;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The wait.</summary>
    /// <param name="failed">How many attempts have failed, from 1.</param>
    /// <param name="most">The longest, but for what the receiver asks for.</param>
    /// <param name="asked">What the receiver asks for.</param>
    public TimeSpan Next(int failed, TimeSpan most, TimeSpan? asked)
    {
        var doubled = First * Math.Pow(2, Math.Min(failed - 1, MostDoublings));
        var delay = (doubled < most ? doubled : most) * (1 - (random() / 2));
        var wanted = asked < LongestRetryAfter ? asked.Value : asked is null ? TimeSpan.Zero : LongestRetryAfter;
        return wanted > delay ? wanted : delay;
    }
}
