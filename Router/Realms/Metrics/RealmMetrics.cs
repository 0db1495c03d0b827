using System.Diagnostics.Metrics;
using WampRouter.Measures;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Metrics;

/// <summary>What one realm counts. Also logs each limit that is reached. Any thread.</summary>
internal sealed partial class RealmMetrics
{
    private const int PublicationsCell = 0;
    private const int DeliveredCell = 1;
    private const int NotTakenCell = 2;
    private const int InexpressibleCell = 3;
    private const int CallsCell = 4;                                    // and one for each further outcome

    private static readonly string[] OutcomeWords = ["result", "error", "refused", "canceled", "timed_out", "callee_left", "caller_left"];
    private static readonly int FanOutSampleCell = CallsCell + OutcomeWords.Length;
    private static readonly int CallSampleCell = FanOutSampleCell + Sampler.Cells;

    private readonly ThreadCounters _counters = new(CallSampleCell + Sampler.Cells);
    private readonly Sampler _fanOuts;
    private readonly Sampler _durations;
    private readonly string _name;
    private readonly KeyValuePair<string, object?> _realm;
    private readonly KeyValuePair<string, object?>[][] _ofOutcome;      // the tags of a call
    private readonly RealmInstruments? _instruments;
    private readonly List<IDisposable> _tables = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="realm">The realm's name.</param>
    /// <param name="time">The clock of durations.</param>
    /// <param name="logger">Logs limits that are reached.</param>
    /// <param name="instruments">Tells what is counted; null: nobody hears of it.</param>
    public RealmMetrics(string realm, TimeProvider time, ILogger logger, RealmInstruments? instruments = null)
    {
        (_name, _time, _logger, _instruments) = (realm, time, logger, instruments);
        _realm = new("realm", realm);
        _ofOutcome = [.. OutcomeWords.Select(word => new[] { _realm, new KeyValuePair<string, object?>("outcome", word) })];
        (_fanOuts, _durations) = (new Sampler(_counters, FanOutSampleCell, time), new Sampler(_counters, CallSampleCell, time));
    }

    /// <summary>How many sessions are in the realm. Set once, by the realm, before <see cref="Begin"/>.</summary>
    public Func<long> CountSessions { get; init; } = static () => 0;

    /// <summary>Measurements of what there is now and was counted so far, for the instruments.</summary>
    public IEnumerable<Measurement<long>> Sessions => [new(CountSessions(), _realm)];

    /// <inheritdoc cref="Sessions"/>
    public IEnumerable<Measurement<long>> Publications => [new(_counters.Sum(PublicationsCell), _realm)];

    /// <inheritdoc cref="Sessions"/>
    public IEnumerable<Measurement<long>> Events =>
    [
        new(_counters.Sum(DeliveredCell), _realm, new("outcome", "delivered")),
        new(_counters.Sum(NotTakenCell), _realm, new("outcome", "not_taken")),
        new(_counters.Sum(InexpressibleCell), _realm, new("outcome", "inexpressible")),
    ];

    /// <inheritdoc cref="Sessions"/>
    public IEnumerable<Measurement<long>> Calls => _ofOutcome.Select((tags, outcome) => new Measurement<long>(_counters.Sum(CallsCell + outcome), tags));

    /// <summary>From now on somebody may look.</summary>
    public void Begin() => _instruments?.Add(this);

    /// <summary>The realm is closed: nothing is told of it any more.</summary>
    public void End()
    {
        _instruments?.Remove(this);
        _tables.ForEach(table => table.Dispose());
    }

    /// <summary>Tells how many entries a table of the realm has, and may have. Before <see cref="Begin"/>.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="used">How many there are. Any thread.</param>
    /// <param name="most">The limit; null for none.</param>
    public void WatchEntries(string table, Func<long> used, Func<long>? most)
    {
        if (_instruments is not null)
        {
            _tables.Add(_instruments.Meter.Tables.AddEntries(table, used, most, _realm));
        }
    }

    /// <summary>The same of its bytes.</summary>
    /// <inheritdoc cref="WatchEntries"/>
    public void WatchBytes(string table, Func<long> used, Func<long>? most)
    {
        if (_instruments is not null)
        {
            _tables.Add(_instruments.Meter.Tables.AddBytes(table, used, most, _realm));
        }
    }

    /// <summary>One publication was fanned out.</summary>
    public void Published(in FanOutCount count)
    {
        var mine = _counters.Mine;
        mine[PublicationsCell]++;
        mine[DeliveredCell] += count.Delivered;
        mine[NotTakenCell] += count.NotTaken;
        mine[InexpressibleCell] += count.Inexpressible;
        if (_instruments is { FanOut.Enabled: true } && _fanOuts.Picks(out _))
        {
            _instruments.FanOut.Record(count.Total, _realm);
        }
    }

    /// <summary>A retained event was offered to a new subscriber.</summary>
    public void SentRetained(in FanOutCount count)
    {
        var mine = _counters.Mine;
        mine[DeliveredCell] += count.Delivered;
        mine[NotTakenCell] += count.NotTaken;
        mine[InexpressibleCell] += count.Inexpressible;
    }

    /// <summary>A call begins: when, if its time is to be measured; else 0.</summary>
    public long BeginCall() => _instruments is { CallDuration.Enabled: true } && _durations.Picks(out var now) ? now : 0;

    /// <summary>A call has ended. Once for each CALL, whether a callee was found or not.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="began">What <see cref="BeginCall"/> said; 0 where there was no callee yet.</param>
    public void CallEnded(CallOutcome outcome, long began = 0)
    {
        _counters.Add(CallsCell + (int)outcome, 1);
        if (began != 0)
        {
            _instruments?.CallDuration.Record(_time.GetElapsedTime(began).TotalSeconds, _ofOutcome[(int)outcome]);
        }
    }

    /// <summary>A request was refused.</summary>
    public void Refused(MessageCode request, in Refusal refusal, MemberIdentity? by)
    {
        _instruments?.RequestsRefused.Add(1, _realm, new("type", request.Name()), new("reason", Reasons.WordOf(refusal.Error)));
        if (refusal.Limit is { } limit)
        {
            LimitReached(refusal);
            Log.LimitReached(_logger, by?.Session ?? 0, by?.AuthId ?? "elsewhere", by?.Transport?.Peer, _name, request.Name(), limit);
        }
    }

    /// <summary>Something was refused because a limit was reached.</summary>
    public void LimitReached(in Refusal refusal) => _instruments?.Meter.LimitHit($"limits.{refusal.Limit}", _name);

    /// <summary>The authorizer decided.</summary>
    public void Decided(bool isAllowed) => _instruments?.Authorizations.Add(1, _realm, new("outcome", isAllowed ? "allowed" : "denied"));

    /// <summary>The authorizer came to no decision.</summary>
    public void Undecided(MessageCode request, ReadOnlySpan<byte> uri, MemberIdentity by, string why, Exception? exception)
    {
        _instruments?.Authorizations.Add(1, _realm, new("outcome", "failed"));
        Log.Undecided(_logger, exception, by.Session, by.AuthId, _name, request.Name(), UriText.Quote(uri), why);
    }

    /// <summary>A retained event was forgotten because of a bound.</summary>
    public void RetainedForgotten() => _instruments?.RetainedForgotten.Add(1, _realm);

    /// <summary>A progressive result came for a call that did not ask for any; it was dropped.</summary>
    public void ProgressDropped() => _instruments?.UnwantedProgress.Add(1, _realm);

    /// <summary>An answer came after its call had ended.</summary>
    public void Discarded() => _instruments?.LateAnswers.Add(1, _realm);

    private static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Warning, "Session {Session} ({AuthId}) in realm {Realm}: a {Request} of {Uri} was refused, because {Why}")]
        public static partial void Undecided(ILogger logger, Exception? exception, ulong session, string authId, object? realm, string request, string uri, string why);

        [LoggerMessage(1301, LogLevel.Information, "Session {Session} ({AuthId}) from {Address} in realm {Realm}: a {Request} was refused, limits.{Limit} is reached")]
        public static partial void LimitReached(ILogger logger, ulong session, string authId, System.Net.EndPoint? address, object? realm, string request, string limit);
    }
}
