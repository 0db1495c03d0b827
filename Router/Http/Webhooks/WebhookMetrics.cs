using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Http.Webhooks;

/// <summary>The instruments of webhooks: one set for a router. Their tags hold names of the configuration only. Any thread.</summary>
internal sealed class WebhookMetrics
{
    private readonly ConcurrentDictionary<EventDelivery, byte> _deliveries = new(ReferenceEqualityComparer.Instance);
    private readonly RouterMeter _meter;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _givenUp;
    private readonly Counter<long> _tooFast;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    /// <param name="meter">The router's.</param>
    public WebhookMetrics(RouterMeter meter)
    {
        _meter = meter;
        meter.ObserveNow("wamp_router.webhook.queue.events", "{event}", "Events that wait for the receiver of a webhook", () => Look(static delivery => delivery.Queue.Volume.Events), "realm", "webhook");
        meter.ObserveNow("wamp_router.webhook.queue.memory", "By", "Their bytes, as its bound counts them", () => Look(static delivery => delivery.Queue.Volume.Bytes), "realm", "webhook");
        meter.ObserveNow("wamp_router.webhook.dead_letters", "{event}", "Events that were given up and are kept", () => Look(static delivery => delivery.Queue.Volume.DeadLetters), "realm", "webhook");
        meter.ObserveTotals("wamp_router.webhook.refused_events", "{event}", "Events that were lost to a webhook because its queue was full", () => Look(static delivery => delivery.Refused), "realm", "webhook");
        _tooFast = meter.CreateCounter("wamp_router.webhook.overruns", "{overrun}", "Times that events came faster than a realm's webhooks could put them into queues, or their session was lost, so that events were lost to them", "realm", "cause");
        _attempts = meter.CreateCounter("wamp_router.webhook.attempts", "{request}", "Requests to the receivers of webhooks, by what came of them: delivered, refused, timeout, unreachable", "realm", "webhook", "outcome");
        _givenUp = meter.CreateCounter("wamp_router.webhook.given_up", "{event}", "Events that became dead letters", "realm", "webhook");
        _calls = meter.CreateCounter("wamp_router.webhook.calls", "{call}", "Calls that were posted, by how they were answered: result, error, timeout, unreachable, canceled", "realm", "procedure", "outcome");
        _requests = meter.CreateCounter("wamp_router.webhook.requests", "{request}", "Requests to receivers, by the status of the answer", "realm", "receiver", "status");
        _duration = meter.CreateHistogram("wamp_router.webhook.duration", "s", "How long requests to the receivers of webhooks, and to those that serve procedures, took", [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], "realm", "kind");
    }

    /// <summary>The queue of a delivery is looked at from here on.</summary>
    public void Watch(EventDelivery delivery) => _deliveries.TryAdd(delivery, 0);

    /// <summary>It is no longer.</summary>
    public void Forget(EventDelivery delivery) => _deliveries.TryRemove(delivery, out _);

    /// <summary>A queue had no room.</summary>
    public void QueueFull(string realm, string setting) => _meter.LimitHit($"webhooks.deliveries[].{setting}", realm);

    /// <summary>Events came too fast for the session, or it was lost.</summary>
    public void Overrun(string realm, string cause) => _tooFast.Add(1, new("realm", realm), new("cause", cause));

    /// <summary>An event was posted once.</summary>
    public void Attempted(string realm, string webhook, WebhookAnswer answer, TimeSpan time)
    {
        var outcome = answer.Kind switch
        {
            AnswerKind.TimedOut => "timeout",
            AnswerKind.Unreachable => "unreachable",
            _ => answer.IsTaken ? "delivered" : "refused",
        };
        _attempts.Add(1, new("realm", realm), new("webhook", webhook), new("outcome", outcome));
        _duration.Record(time.TotalSeconds, new("realm", realm), new("kind", "event"));
    }

    /// <summary>An event became a dead letter.</summary>
    public void GivenUp(string realm, string webhook) => _givenUp.Add(1, new("realm", realm), new("webhook", webhook));

    /// <summary>A call of a procedure, as it is configured, was posted.</summary>
    public void Called(string realm, string procedure, string outcome, TimeSpan time)
    {
        _calls.Add(1, new("realm", realm), new("procedure", procedure), new("outcome", outcome));
        _duration.Record(time.TotalSeconds, new("realm", realm), new("kind", "call"));
    }

    /// <summary>A receiver has answered a request; empty: there is none of the name.</summary>
    public void Requested(string realm, string receiver, int status) => _requests.Add(1, new("realm", realm), new("receiver", receiver), new("status", status));

    private IEnumerable<Measurement<long>> Look(Func<EventDelivery, long> what) =>
        from delivery in _deliveries.Keys
        select new Measurement<long>(what(delivery), new KeyValuePair<string, object?>("realm", delivery.Realm), new KeyValuePair<string, object?>("webhook", delivery.Settings.Name));
}
