using WampRouter.Measures;

namespace WampRouter.Server.Logging;

/// <summary>The instruments of the log to the console. Any thread.</summary>
/// <param name="meter">The router's.</param>
internal sealed class LogMetrics(RouterMeter meter)
{
    private readonly Total _dropped = meter.CreateTotal("wamp_router.log.dropped_lines", "{line}", "Lines of the log that were left out because the console did not take them");

    /// <summary>Tells how much waits for the console. Each question may be asked on any thread.</summary>
    public void Watch(Func<long> lines, long mostLines, Func<long> bytes, long mostBytes)
    {
        meter.Tables.AddEntries("log_lines", lines, () => mostLines);
        meter.Tables.AddBytes("log_lines", bytes, () => mostBytes);
    }

    /// <summary>A line was left out.</summary>
    public void Dropped() => _dropped.Add(1);
}
