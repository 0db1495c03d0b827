using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WampRouter.Measures;

namespace WampRouter.Realms.Metrics;

/// <summary>The instruments of the realms layer: one set for all realms of a router, which differ by the tag <c>realm</c>. Any thread.</summary>
internal sealed class RealmInstruments
{
    /// <summary>Seconds: from what a callee in the same room needs to what people wait.</summary>
    private static readonly double[] Durations = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private static readonly long[] FanOuts = [0, 1, 2, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000];

    private readonly ConcurrentDictionary<RealmMetrics, byte> _realms = new(ReferenceEqualityComparer.Instance);

    public RealmInstruments(RouterMeter meter)
    {
        Meter = meter;
        meter.ObserveNow("wamp_router.session.active", "{session}", "Sessions that have joined, by realm", () => Each(static realm => realm.Sessions), "realm");
        meter.ObserveTotals("wamp_router.publications", "{publication}", "Publications that were routed, the router's own included", () => Each(static realm => realm.Publications), "realm");
        meter.ObserveTotals(
            "wamp_router.events", "{event}", "EVENTs, by what became of them: delivered to an outbox, not_taken by a subscriber that is full or gone, inexpressible in its serializer, or too long for its transport", () => Each(static realm => realm.Events), "realm", "outcome");
        FanOut = meter.CreateHistogram("wamp_router.publication.fan_out", "{event}", "EVENTs that one publication caused; a sample where there are many", FanOuts, "realm");
        meter.ObserveTotals(
            "wamp_router.calls", "{call}", "Calls that have ended, by how: result, error (the callee's), refused (by the router), canceled, timed_out, callee_left, caller_left", () => Each(static realm => realm.Calls), "realm", "outcome");
        CallDuration = meter.CreateHistogram("wamp_router.call.duration", "s", "Time from a CALL that a callee was found for to its end, by how it ended; a sample where there are many", Durations, "realm", "outcome");
        RequestsRefused = meter.CreateCounter(
            "wamp_router.request.refusals", "{request}", "Requests answered with an ERROR by the router, and PUBLISHes without acknowledgement that were dropped for the same reasons, by the error", "realm", "type", "reason");
        Authorizations = meter.CreateCounter("wamp_router.authorizations", "{decision}", "Decisions that the realm's authorizer was asked for, by outcome: allowed, denied, failed", "realm", "outcome");
        LateAnswers = meter.CreateCounter("wamp_router.call.late_answers", "{message}", "YIELDs and ERRORs that came after their call had ended, and were dropped", "realm");
        UnwantedProgress = meter.CreateCounter("wamp_router.call.unwanted_progress", "{message}", "Progressive YIELDs that were dropped because their caller did not ask for results in pieces", "realm");
        RetainedForgotten = meter.CreateCounter("wamp_router.retained.forgotten", "{event}", "Retained events that were given up for a bound: too many, too large or too old", "realm");
    }

    /// <summary>To which they belong.</summary>
    public RouterMeter Meter { get; }

    public Histogram<long> FanOut { get; }

    public Histogram<double> CallDuration { get; }

    public Counter<long> RequestsRefused { get; }

    public Counter<long> Authorizations { get; }

    public Counter<long> LateAnswers { get; }

    public Counter<long> UnwantedProgress { get; }

    public Counter<long> RetainedForgotten { get; }

    /// <summary>Tells what a realm counts, until <see cref="Remove"/>.</summary>
    public void Add(RealmMetrics realm) => _realms.TryAdd(realm, 0);

    /// <summary>The realm is closed.</summary>
    public void Remove(RealmMetrics realm) => _realms.TryRemove(realm, out _);

    private IEnumerable<Measurement<long>> Each(Func<RealmMetrics, IEnumerable<Measurement<long>>> look) => _realms.Keys.SelectMany(look);
}
