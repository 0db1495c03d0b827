using System.Diagnostics.Metrics;
using System.Globalization;
using WampRouter.Measures;

namespace WampRouter.Http;

/// <summary>The instruments of this layer: one set for a router. Any thread.</summary>
internal sealed class HttpMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _events;
    private readonly Counter<long> _gaps;

    /// <param name="meter">The router's.</param>
    public HttpMetrics(RouterMeter meter)
    {
        _requests = meter.CreateCounter("wamp_router.http.requests", "{request}", "HTTP requests of those who do not speak WAMP, by what they ask for and the status of the answer", "operation", "http.response.status_code");
        _events = meter.CreateCounter("wamp_router.http.events", "{event}", "Events that were written to HTTP answers", "operation");
        _gaps = meter.CreateCounter("wamp_router.http.gaps", "{gap}", "Clients that wanted to go on after an event, and were told that events between may be missing", "reason");
    }

    /// <summary>A request was answered.</summary>
    public void Answered(string operation, int status) =>
        _requests.Add(1, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("http.response.status_code", status.ToString(CultureInfo.InvariantCulture)));

    /// <summary>An event was written.</summary>
    public void Sent(string operation) => _events.Add(1, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>A client was told that it may lack events.</summary>
    public void Gap(string reason) => _gaps.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
