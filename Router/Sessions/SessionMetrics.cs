using System.Diagnostics.Metrics;
using WampRouter.Measures;
using WampRouter.Realms.Metrics;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Sessions;

/// <summary>The instruments of the sessions layer: one set for a router. Any thread.</summary>
internal sealed class SessionMetrics
{
    private const int EventsDroppedCell = 0;

    private readonly ThreadCounters _counters = new(cells: 1);
    private readonly RouterMeter? _meter;
    private readonly Counter<long>? _logins;
    private readonly Counter<long>? _joins;
    private readonly Counter<long>? _joinsRefused;
    private readonly Total? _violations;
    private readonly Counter<long>? _unfit;
    private readonly Total? _idle;
    private readonly Total? _overflows;
    private readonly Counter<long>? _ticketChecks;
    private readonly Counter<long>? _resumptions;
    private readonly Counter<long>? _detachedEnds;

    /// <param name="meter">The router's.</param>
    /// <param name="live">Its sessions.</param>
    public SessionMetrics(RouterMeter meter, LiveSessions live)
    {
        _meter = meter;
        _logins = meter.CreateCounter(
            "wamp_router.logins", "{login}", "Logins by the method that decided (none: no method of the realm did) and how they ended: accepted, refused, late (no answer within the time) or gone (the client did not wait)", "method", "outcome");
        _joins = meter.CreateCounter("wamp_router.joins", "{session}", "Sessions that got their WELCOME, by the method of their login; those that were resumed are not among them", "realm", "method");
        _joinsRefused = meter.CreateCounter("wamp_router.join.refusals", "{login}", "Logins that ended in ABORT, by its reason; with the realm, where there is such a realm", "realm", "reason");
        _violations = meter.CreateTotal("wamp_router.session.violations", "{session}", "Sessions and logins aborted for a protocol violation");
        _idle = meter.CreateTotal("wamp_router.session.idle_ends", "{session}", "Sessions ended because no message came or went for too long");
        _overflows = meter.CreateTotal("wamp_router.session.overflows", "{session}", "Sessions ended because their outbox was full: a slow peer, and the policy is to disconnect it, or what did not fit was a reply");
        meter.ObserveTotals("wamp_router.outbox.dropped_events", "{event}", "EVENTs dropped at a full outbox under the policy drop-events", () => [new(_counters.Sum(EventsDroppedCell))]);
        _unfit = meter.CreateCounter("wamp_router.message.refusals", "{message}", "Messages that were understood and could not be taken, by what was at fault: content or size", "fault");
        _ticketChecks = meter.CreateCounter("wamp_router.ticket.checks", "{check}", "Slow checks of tickets, by how they ended: right, wrong, refused (no place in the queue) or dropped (nobody waited any more)", "outcome");
        _resumptions = meter.CreateCounter(
            "wamp_router.session.resumptions", "{session}", "Sessions that a client asked for again, by what it got: resumed, or a new session because of wrong_token, other_identity, other_encoding, frames_gone, unknown", "outcome");
        _detachedEnds = meter.CreateCounter("wamp_router.session.detached_ends", "{session}", "Sessions that ended for want of a connection: time_over, full, no_place, no_place_for_principal", "reason");
        meter.ObserveNow("wamp_router.call.active", "{call}", "Calls that have not been answered yet", () => [new(live.PendingCalls)]);
    }

    private SessionMetrics()
    {
    }

    /// <summary>For sessions of which nobody hears.</summary>
    public static SessionMetrics Unheard { get; } = new();

    /// <summary>Tells how many entries a table has, and may have.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="used">How many there are. Any thread.</param>
    /// <param name="most">The limit.</param>
    public void WatchEntries(string table, Func<long> used, Func<long> most) => _meter?.Tables.AddEntries(table, used, most);

    /// <summary>The same of its bytes.</summary>
    /// <inheritdoc cref="WatchEntries"/>
    public void WatchBytes(string table, Func<long> used, Func<long> most) => _meter?.Tables.AddBytes(table, used, most);

    /// <summary>A session has begun.</summary>
    public void Joined(string realm, string method) => _joins?.Add(1, new("realm", realm), new("method", method));

    /// <summary>A login was refused.</summary>
    /// <param name="reason">The URI of the ABORT.</param>
    /// <param name="realm">The realm; null where the client named one that does not exist.</param>
    public void JoinRefused(string reason, string? realm)
    {
        var word = new KeyValuePair<string, object?>("reason", Reasons.WordOf(reason));
        if (realm is null)
        {
            _joinsRefused?.Add(1, word);
        }
        else
        {
            _joinsRefused?.Add(1, new("realm", realm), word);
        }
    }

    /// <summary>A session was aborted for a protocol violation.</summary>
    public void Violation() => _violations?.Add(1);

    /// <summary>A message could not be taken.</summary>
    /// <param name="fault"><c>content</c> or <c>size</c>.</param>
    public void Unfit(string fault) => _unfit?.Add(1, new KeyValuePair<string, object?>("fault", fault));

    /// <summary>A session was ended because nothing came or went.</summary>
    /// <param name="setting">The limit, as it is called in the settings.</param>
    public void Idle(string setting)
    {
        _idle?.Add(1);
        _meter?.LimitHit(setting);
    }

    /// <summary>A session was ended because its outbox was full.</summary>
    public void Overflow() => _overflows?.Add(1);

    /// <summary>An EVENT was dropped because the outbox was full.</summary>
    public void EventDropped() => _counters.Add(EventsDroppedCell, 1);

    /// <summary>An outbox is full. Once for each session that overflows, drops EVENTs or refuses calls for it.</summary>
    public void OutboxFull() => _meter?.LimitHit("WampRouter:Transports:OutboxBytes");

    /// <summary>A limit was reached.</summary>
    /// <param name="setting">Its name below <c>WampRouter:Sessions</c>.</param>
    public void LimitHit(string setting) => _meter?.LimitHit($"{WampSessionOptions.SectionName}:{setting}");

    /// <summary>A login has ended.</summary>
    /// <param name="method">The name of a method that the realm offers; null: none decided.</param>
    /// <param name="outcome">How.</param>
    public void LoggedIn(string? method, string outcome) => _logins?.Add(1, new("method", method ?? "none"), new("outcome", outcome));

    /// <summary>A slow check of a ticket has ended.</summary>
    public void Checked(string outcome) => _ticketChecks?.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A client asked to resume a session.</summary>
    public void AskedToResume(ResumptionOutcome outcome) => _resumptions?.Add(1, new KeyValuePair<string, object?>("outcome", WordOf(outcome)));

    /// <summary>A session ended because it had no connection.</summary>
    public void DetachedEnded(string reason) => _detachedEnds?.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static string WordOf(ResumptionOutcome outcome) => outcome switch
    {
        ResumptionOutcome.Resumed => "resumed",
        ResumptionOutcome.WrongToken => "wrong_token",
        ResumptionOutcome.OtherIdentity => "other_identity",
        ResumptionOutcome.OtherEncoding => "other_encoding",
        ResumptionOutcome.FramesGone => "frames_gone",
        _ => "unknown",
    };
}
