using System.Diagnostics.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Metrics;

/// <summary>What a realm counts, as instruments of the meter <c>WampRouter.Realms</c>, tagged with the realm's name. Also logs each limit that is reached. Any thread.</summary>
internal sealed partial class RealmMetrics
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

    private static readonly Counter<long> Authorizations = Meter.CreateCounter<long>("wamp.authorizations", "{decision}", "Decisions that the realm's authorizer was asked for, by outcome: allowed, denied, failed");
    private static readonly Counter<long> LimitsRefused = Meter.CreateCounter<long>("wamp.limits.refused", "{request}", "Requests and sessions refused because a limit of the realm was reached, by the setting");
    private static readonly UpDownCounter<long> LimitsUsed = Meter.CreateUpDownCounter<long>("wamp.limits.used", null, "What sessions make the realm hold now, by resource: what its limits bound");
    private static readonly KeyValuePair<string, object?>[] ByResource = [.. Enum.GetNames<Resource>().Select(name => new KeyValuePair<string, object?>("resource", name))];

    private readonly KeyValuePair<string, object?> _realm;
    private readonly ILogger _logger;

    public RealmMetrics(string realm, ILogger logger)
    {
        _realm = new("realm", realm);
        _logger = logger;
    }

    /// <summary>One publication was fanned out.</summary>
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
    public void Refused(MessageCode request, in Refusal refusal, MemberIdentity? by)
    {
        RequestsRefused.Add(1, _realm, new("request", request.ToString()));
        if (refusal.Limit is { } limit)
        {
            LimitReached(refusal);
            Log.LimitReached(_logger, by?.Session ?? 0, by?.AuthId ?? "elsewhere", by?.Transport?.Peer, _realm.Value, request, limit);
        }
    }

    /// <summary>Something was refused because a limit was reached.</summary>
    public void LimitReached(in Refusal refusal) => LimitsRefused.Add(1, _realm, new("limit", refusal.Limit));

    /// <summary>The authorizer decided.</summary>
    public void Decided(bool isAllowed) => Authorizations.Add(1, _realm, new("outcome", isAllowed ? "allowed" : "denied"));

    /// <summary>The authorizer came to no decision.</summary>
    public void Undecided(MessageCode request, ReadOnlySpan<byte> uri, MemberIdentity by, string why, Exception? exception)
    {
        Authorizations.Add(1, _realm, new("outcome", "failed"));
        Log.Undecided(_logger, exception, by.Session, by.AuthId, _realm.Value, request, UriText.Quote(uri), why);
    }

    /// <summary>Sessions use more of a resource, or less.</summary>
    public void UsedChanged(Resource resource, long amount)
    {
        if (LimitsUsed.Enabled)
        {
            LimitsUsed.Add(amount, _realm, ByResource[(int)resource]);
        }
    }

    /// <summary>Retained events came or went.</summary>
    public void RetainedChanged(int events, long bytes)
    {
        RetainedEvents.Add(events, _realm);
        RetainedBytes.Add(bytes, _realm);
    }

    /// <summary>A retained event was forgotten because of a bound.</summary>
    public void RetainedForgotten() => RetainedForgottenEvents.Add(1, _realm);

    /// <summary>A retained event was not sent to a subscriber whose serializer cannot express it.</summary>
    public void RetainedLeftOut() => EventsDropped.Add(1, _realm);

    /// <summary>A progressive result came for a call that did not ask for any; it was dropped.</summary>
    public void ProgressDropped() => ResultsDropped.Add(1, _realm);

    /// <summary>An answer came after its call had ended.</summary>
    public void Discarded() => AnswersDiscarded.Add(1, _realm);

    private static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Warning, "Session {Session} ({AuthId}) in realm {Realm}: a {Request} of {Uri} was refused, because {Why}")]
        public static partial void Undecided(ILogger logger, Exception? exception, ulong session, string authId, object? realm, MessageCode request, string uri, string why);

        [LoggerMessage(1301, LogLevel.Information, "Session {Session} ({AuthId}) from {Address} in realm {Realm}: a {Request} was refused, limits.{Limit} is reached")]
        public static partial void LimitReached(ILogger logger, ulong session, string authId, System.Net.EndPoint? address, object? realm, MessageCode request, string limit);
    }
}
