using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Hosting;

/// <summary>The instruments of what a host does with its router. Any thread.</summary>
/// <param name="meter">The router's.</param>
internal sealed class HostMetrics(RouterMeter meter)
{
    private readonly Counter<long> _reloads = meter.CreateCounter("wamp_router.configuration.reloads", "{reload}", "Times that the configuration was read again, by outcome: changed, unchanged, refused", "outcome");

    /// <summary>The configuration was read again.</summary>
    /// <param name="outcome"><c>changed</c>, <c>unchanged</c> or <c>refused</c>.</param>
    public void Reloaded(string outcome) => _reloads.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
