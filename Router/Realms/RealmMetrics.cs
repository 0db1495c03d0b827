using System.Diagnostics.Metrics;
using WampRouter.Wire;

namespace WampRouter.Realms;

/// <summary>What a realm counts, as instruments of the meter <c>WampRouter.Realms</c>, tagged with the realm's name. Any thread.</summary>
internal sealed class RealmMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "WampRouter.Realms";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> EventsDropped = Meter.CreateCounter<long>("wamp.events.dropped", "{event}", "EVENTs not enqueued: overflow, a leaving subscriber, or a payload its serializer cannot express");
    private static readonly Counter<long> RequestsRefused = Meter.CreateCounter<long>("wamp.requests.refused", "{request}", "Requests answered with an ERROR by the router, and unacknowledged PUBLISHes dropped for the same reasons");
    private static readonly Counter<long> AnswersDiscarded = Meter.CreateCounter<long>("wamp.answers.discarded", "{message}", "YIELDs and ERRORs that came after their call had ended");
    private static readonly Counter<long> ResultsDropped = Meter.CreateCounter<long>("wamp.results.dropped", "{message}", "Progressive YIELDs dropped because their caller did not ask for results in pieces");
    private static readonly Counter<long> EventsDelivered = Meter.CreateCounter<long>("wamp.events.delivered", "{event}", "EVENTs enqueued for subscribers");

    private static readonly Histogram<long> Fanout = Meter.CreateHistogram(
        "wamp.publish.fanout",
        "{event}",
        "EVENTs that one publication caused, the router's own publications included",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 1, 2, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000] });

    private static readonly UpDownCounter<long> RetainedEvents = Meter.CreateUpDownCounter<long>("wamp.retained.events", "{event}", "Retained events kept now");
    private static readonly UpDownCounter<long> RetainedBytes = Meter.CreateUpDownCounter<long>("wamp.retained.bytes", "By", "Memory of the retained events kept now");
    private static readonly Counter<long> RetainedForgottenEvents = Meter.CreateCounter<long>("wamp.retained.forgotten", "{event}", "Retained events given up for a bound: too many, too large or too old");

    private readonly KeyValuePair<string, object?> _realm;

    public RealmMetrics(string realm) => _realm = new("realm", realm);

    /// <summary>One PUBLISH was fanned out.</summary>
    public void Published(int delivered, int dropped)
    {
        if (EventsDelivered.Enabled)
        {
            EventsDelivered.Add(delivered, _realm);
        }

        if (Fanout.Enabled)
        {
            Fanout.Record(delivered + dropped, _realm);
        }

        if (dropped > 0)
        {
            EventsDropped.Add(dropped, _realm);
        }
    }

    /// <summary>A request was refused.</summary>
    public void Refused(MessageCode request) => RequestsRefused.Add(1, _realm, new("request", request.ToString()));

    /// <summary>Retained events came or went.</summary>
    public void RetainedChanged(int events, long bytes)
    {
        RetainedEvents.Add(events, _realm);
        RetainedBytes.Add(bytes, _realm);
    }

    /// <summary>A retained event was given up.</summary>
    public void RetainedForgotten() => RetainedForgottenEvents.Add(1, _realm);

    /// <summary>A result in pieces came for a call that takes the whole only.</summary>
    public void ProgressDropped() => ResultsDropped.Add(1, _realm);

    /// <summary>An answer came too late.</summary>
    public void Discarded() => AnswersDiscarded.Add(1, _realm);
}
