using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using WampRouter.Measures;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Compression;
using WampRouter.Transports.RawSocket;
using WampRouter.Wire;

namespace WampRouter.Transports;

/// <summary>The instruments of the transports layer: one set for a router. Nothing here is touched for every message but <see cref="MessageTraffic"/>. Any thread.</summary>
internal sealed class TransportMetrics
{
    /// <summary>Seconds: from this machine to the other side of the world, and beyond that a peer that is busy.</summary>
    private static readonly double[] RoundTrips = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<ListenerBounds, IDisposable[]> _listeners = [];
    private readonly ConcurrentDictionary<(string Transport, WireFormat Format), MessageTraffic> _traffic = new();
    private readonly RouterMeter _meter;
    private readonly Counter<long> _ends;
    private readonly Counter<long> _refused;
    private readonly Total _acceptFailures;
    private readonly Total _forwardingIgnored;
    private readonly Counter<long> _proxyRefused;
    private readonly Counter<long> _clientCertificates;
    private readonly Counter<double> _heldBack;
    private readonly Histogram<double> _roundTrip;

    /// <param name="meter">The router's.</param>
    /// <param name="budgets">What all connections share in bytes.</param>
    /// <param name="roster">The open connections.</param>
    /// <param name="handshakes">Those who have not said what they want.</param>
    /// <param name="addresses">What comes from which address.</param>
    /// <param name="bounds">How many of them there may be now.</param>
    public TransportMetrics(RouterMeter meter, TransportBudgets budgets, ConnectionRoster roster, Handshakes handshakes, AddressTable addresses, LiveBounds bounds)
    {
        _meter = meter;
        meter.ObserveNow("wamp_router.connection.active", "{connection}", "Connections whose handshake is done", () => _traffic.Values.SelectMany(static traffic => traffic.Connections), "transport", "serializer");
        _ends = meter.CreateCounter("wamp_router.connection.ends", "{connection}", "Connections that ended, by reason", "transport", "reason");
        meter.ObserveNow(
            "wamp_router.connection.stalled", "{connection}", "Slow peers: connections that took nothing of what waits for them between the last two heartbeats, which are at most a second apart", () => [new(roster.Stalled)]);
        _roundTrip = meter.CreateHistogram("wamp_router.connection.round_trip", "s", "Time from a keepalive ping to its pong", RoundTrips);
        meter.ObserveTotals("wamp_router.messages", "{message}", "WAMP messages by type", () => _traffic.Values.SelectMany(static traffic => traffic.Messages), "type", "direction", "transport", "serializer");
        meter.ObserveTotals(
            "wamp_router.message.io", "By", "Bytes of WAMP messages by type: of received ones without framing, of sent ones with it", () => _traffic.Values.SelectMany(static traffic => traffic.Bytes), "type", "direction", "transport", "serializer");
        _refused = meter.CreateCounter(
            "wamp_router.handshake.refusals", "{handshake}", "Handshakes refused, by HTTP status or by RawSocket's error (1 to 4); where there was no room, with what was full and the section of the settings whose limit it was",
            "transport", "http.response.status_code", "rawsocket.error", "limit", "section");
        _acceptFailures = meter.CreateTotal("wamp_router.accept.failures", "{attempt}", "Attempts to accept a connection that failed because no more files can be opened");
        _forwardingIgnored = meter.CreateTotal("wamp_router.proxy.ignored_headers", "{request}", "Requests whose X-Forwarded-For, Forwarded and their like were ignored, because they came from nobody who is trusted with them");
        _proxyRefused = meter.CreateCounter(
            "wamp_router.proxy.refusals", "{connection}", "Connections dropped at a listener with the PROXY protocol: untrusted, broken, unfinished or late", "reason");
        _clientCertificates = meter.CreateCounter(
            "wamp_router.tls.client_certificate_refusals", "{handshake}", "TLS handshakes refused for the client's certificate: missing, untrusted, expired, revoked, revocation_unknown, usage or other", "reason");
        _heldBack = meter.CreateSecondsCounter("wamp_router.read.held_back", "Time in which connections were not read, because they had sent more than they may in a second", "transport");
        Compression = new CompressionMetrics(meter);
        meter.Tables.AddEntries("connections", () => roster.Count, () => bounds.Current.Entry.Connections);
        meter.Tables.AddEntries("handshakes", () => handshakes.Count, () => bounds.Current.Entry.Handshakes);
        meter.Tables.AddEntries("addresses", () => addresses.Count, () => AddressTable.MostIdle + (long)bounds.Current.Entry.Connections + bounds.Current.Entry.Handshakes);
        meter.Tables.AddBytes("unfinished_messages", () => budgets.Inbound.ReservedBytes, () => budgets.Inbound.CapacityBytes);
        meter.Tables.AddBytes("outboxes", () => budgets.Outbound.ReservedBytes, () => budgets.Outbound.CapacityBytes);
        meter.Tables.AddBytes("compression", () => budgets.Compression.ReservedBytes, () => budgets.Compression.CapacityBytes);
    }

    /// <summary>What compression brings and costs.</summary>
    public CompressionMetrics Compression { get; }

    /// <summary>Tells how full a listener with limits of its own is.</summary>
    public void Watch(ListenerBounds listener)
    {
        var section = new KeyValuePair<string, object?>("section", listener.Section);
        _listeners[listener] =
        [
            _meter.Tables.AddEntries("connections", () => listener.Places.Taken, () => listener.MostConnections, section),
            _meter.Tables.AddEntries("handshakes", () => listener.Handshakes.Count, () => listener.MostHandshakes, section),
        ];
    }

    /// <summary>The listener is gone.</summary>
    public void Unwatch(ListenerBounds listener)
    {
        if (_listeners.TryRemove(listener, out var tables))
        {
            Array.ForEach(tables, static table => table.Dispose());
        }
    }

    /// <summary>Where the messages of a transport and serializer are counted. Called once for each connection.</summary>
    public MessageTraffic TrafficOf(string transport, WireFormat format) => _traffic.GetOrAdd((transport, format), static key => new MessageTraffic(key.Transport, key.Format));

    /// <summary>A connection has ended.</summary>
    public void Ended(string transport, DisconnectReason reason)
    {
        _ends.Add(1, Transport(transport), new KeyValuePair<string, object?>("reason", NameOf(reason)));
        if (LimitOf(reason) is { } setting)
        {
            _meter.LimitHit($"{TransportOptions.SectionName}:{setting}");
        }
    }

    /// <summary>A handshake was answered with an error.</summary>
    /// <param name="transport">Which.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="entering">What there was no room in, and whose limit that is; null where something else was wrong.</param>
    public void Refused(string transport, int status, Entering? entering = null) => Refused(transport, new KeyValuePair<string, object?>("http.response.status_code", status), entering);

    /// <summary>A RawSocket handshake was answered with an error.</summary>
    /// <param name="error">Its number.</param>
    /// <param name="entering">As above.</param>
    public void RefusedRawSocket(int error, Entering? entering = null) => Refused(RawSocketTransport.Name, new KeyValuePair<string, object?>("rawsocket.error", error), entering);

    /// <summary>Nobody could be accepted, because no more files can be opened.</summary>
    public void AcceptFailed() => _acceptFailures.Add(1);

    /// <summary>Somebody who is not trusted said for whom he passes a request on.</summary>
    public void ForwardingIgnored() => _forwardingIgnored.Add(1);

    /// <summary>A connection was dropped for its header of the PROXY protocol, or for want of one.</summary>
    public void ProxyRefused(string reason) => _proxyRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A TLS handshake was refused for the certificate of the client.</summary>
    public void ClientCertificateRefused(string reason) => _clientCertificates.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A connection is not read for a while.</summary>
    public void HeldBack(string transport, TimeSpan time) => _heldBack.Add(time.TotalSeconds, Transport(transport));

    /// <summary>A ping was answered.</summary>
    public void RoundTrip(TimeSpan time) => _roundTrip.Record(time.TotalSeconds);

    private void Refused(string transport, KeyValuePair<string, object?> answer, Entering? entering)
    {
        var tags = new TagList { Transport(transport), answer };
        if (entering is { } limited)
        {
            tags.Add("limit", NameOf(limited.Room));
            tags.Add("section", limited.Section);
            if (SettingOf(limited.Room) is { } setting)
            {
                _meter.LimitHit($"{limited.Section}:{setting}");
            }
        }

        _refused.Add(1, tags);
    }

    private static KeyValuePair<string, object?> Transport(string name) => new("transport", name);

    private static string? SettingOf(Room room) => room switch
    {
        Room.Full => nameof(TransportOptions.MaxConnections),
        Room.FullForAddress => nameof(TransportOptions.MaxConnectionsPerAddress),
        Room.TooManyHandshakes or Room.TooManyHandshakesOfAddress => nameof(TransportOptions.MaxHandshakes),
        Room.TooFast => nameof(TransportOptions.JoinsPerSecond),
        Room.TooFastForAddress => nameof(TransportOptions.JoinsPerSecondPerAddress),
        _ => null,
    };

    private static string? LimitOf(DisconnectReason reason) => reason switch
    {
        DisconnectReason.MessageTimeout => nameof(TransportOptions.MessageTimeout),
        DisconnectReason.Stalled => nameof(TransportOptions.StallTimeout),
        DisconnectReason.OutboxPressure => nameof(TransportOptions.OutboxTotalBytes),
        DisconnectReason.PollTimeout => nameof(TransportOptions.LongPollTimeout),
        DisconnectReason.InboundPressure => nameof(TransportOptions.InboundTotalBytes),
        _ => null,
    };

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
        DisconnectReason.PollTimeout => "poll_timeout",
        _ => "connection_lost",
    };
}
