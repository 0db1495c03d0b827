using System.Diagnostics;
using System.Diagnostics.Metrics;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>What transports measure, on the meter <see cref="MeterName"/>. Nothing here is touched per message.</summary>
internal sealed class TransportMetrics
{
    /// <summary>The name to subscribe to.</summary>
    public const string MeterName = "WampRouter.Transports";

    private readonly UpDownCounter<long> _open;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _acceptFailures;
    private readonly Counter<double> _heldBack;
    private readonly Histogram<double> _roundTrip;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="budgets">What all connections share; told when somebody looks.</param>
    public TransportMetrics(IMeterFactory meters, TransportBudgets budgets)
    {
        var meter = meters.Create(MeterName);
        _open = meter.CreateUpDownCounter<long>("wamprouter.connections.open", "{connection}", "Connections whose handshake is done.");
        _ended = meter.CreateCounter<long>("wamprouter.connections.ended", "{connection}", "Connections that ended, by reason.");
        _refused = meter.CreateCounter<long>("wamprouter.handshakes.refused", "{handshake}", "Handshakes refused, by HTTP status.");
        _acceptFailures = meter.CreateCounter<long>("wamprouter.accept.failures", "{attempt}", "Attempts to accept a connection that failed because no more files can be opened.");
        _heldBack = meter.CreateCounter<double>("wamprouter.reads.held_back", "s", "Time in which connections were not read, because they had sent more than they may in a second.");
        meter.CreateObservableGauge("wamprouter.budget.used", () => Bytes(budgets, static budget => budget.ReservedBytes), "By", "Bytes in use of what all connections share: of messages that have begun and not ended, and of what waits for peers.");
        meter.CreateObservableGauge("wamprouter.budget.limit", () => Bytes(budgets, static budget => budget.CapacityBytes), "By", "How many there are.");
        _roundTrip = meter.CreateHistogram<double>("wamprouter.connections.round_trip", "s", "Time from a keepalive ping to its pong.");
    }

    /// <summary>A handshake was done.</summary>
    public void Opened(string transport) => _open.Add(1, Transport(transport));

    /// <summary>A connection for which <see cref="Opened"/> was called has ended.</summary>
    public void Ended(string transport, DisconnectReason reason)
    {
        _open.Add(-1, Transport(transport));
        _ended.Add(1, Transport(transport), new KeyValuePair<string, object?>("reason", NameOf(reason)));
    }

    /// <summary>A handshake was answered with an error.</summary>
    /// <param name="transport">Which.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="entering">What there was no room in, and whose limit that is; null where something else was wrong.</param>
    public void Refused(string transport, int status, Entering? entering = null)
    {
        var tags = new TagList { Transport(transport), new KeyValuePair<string, object?>("http.response.status_code", status) };
        if (entering is { } limited)
        {
            tags.Add("limit", NameOf(limited.Room));
            tags.Add("section", limited.Section);
        }

        _refused.Add(1, tags);
    }

    /// <summary>Nobody could be accepted, because no more files can be opened.</summary>
    public void AcceptFailed() => _acceptFailures.Add(1);

    /// <summary>A connection is not read for a while.</summary>
    public void HeldBack(string transport, TimeSpan time) => _heldBack.Add(time.TotalSeconds, Transport(transport));

    /// <summary>A ping was answered.</summary>
    public void RoundTrip(TimeSpan time) => _roundTrip.Record(time.TotalSeconds);

    private static IEnumerable<Measurement<long>> Bytes(TransportBudgets budgets, Func<ByteBudget, long> bytes) =>
    [
        new(bytes(budgets.Inbound), new KeyValuePair<string, object?>("budget", "inbound")),
        new(bytes(budgets.Outbound), new KeyValuePair<string, object?>("budget", "outbox")),
    ];

    private static KeyValuePair<string, object?> Transport(string name) => new("transport", name);

    private static string NameOf(Room room) => room switch
    {
        Room.Full => "connections",
        Room.FullForAddress => "connections_of_address",
        Room.TooManyHandshakes => "handshakes",
        Room.TooManyHandshakesOfAddress => "handshakes_of_address",
        Room.TooFast => "joins",
        Room.TooFastForAddress => "joins_of_address",
        _ => "shutdown",
    };

    private static string NameOf(DisconnectReason reason) => reason switch
    {
        DisconnectReason.ClosedByPeer => "closed_by_peer",
        DisconnectReason.ClosedByRouter => "closed_by_router",
        DisconnectReason.PingTimeout => "ping_timeout",
        DisconnectReason.TransportViolation => "transport_violation",
        DisconnectReason.SessionFailed => "session_failed",
        DisconnectReason.MessageTimeout => "message_timeout",
        DisconnectReason.Stalled => "stalled",
        DisconnectReason.OutboxPressure => "outbox_pressure",
        DisconnectReason.InboundPressure => "inbound_pressure",
        _ => "connection_lost",
    };
}
