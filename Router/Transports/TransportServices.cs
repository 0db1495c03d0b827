using WampRouter.Measures;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Compression;

namespace WampRouter.Transports;

/// <summary>What every connection of every transport shares. One per router, and one more for each listener with limits of its own, which adds these to the same.</summary>
internal sealed class TransportServices(
    LiveTransportSettings settings,
    TransportBudgets budgets,
    ConnectionRoster roster,
    Handshakes handshakes,
    AddressTable addresses,
    TransportMetrics metrics,
    TimeProvider time,
    ListenerBounds? listener = null) : IDisposable
{
    /// <summary>What the connections of one router share.</summary>
    /// <param name="limits">The limits, validated.</param>
    /// <param name="meter">The router's.</param>
    /// <param name="time">The clock.</param>
    /// <returns>To be disposed of with the router: see <see cref="Dispose"/>.</returns>
    public static TransportServices Create(TransportOptions limits, RouterMeter meter, TimeProvider time)
    {
        var settings = new LiveTransportSettings(limits);
        var addresses = new AddressTable(settings.Bounds, time);
        var budgets = new TransportBudgets(limits);
        var (roster, handshakes) = (new ConnectionRoster(limits, budgets, settings.Bounds, addresses, time), new Handshakes(settings.Bounds, addresses));
        return new TransportServices(settings, budgets, roster, handshakes, addresses, new TransportMetrics(meter, budgets, roster, handshakes, addresses, settings.Bounds), time);
    }

    /// <summary>The limits, as they are now: who decides something by several of them asks once.</summary>
    public TransportOptions Options => settings.Current.Options;

    /// <summary>Which web pages may connect now.</summary>
    public OriginPolicy Origins => settings.Current.Origins;

    /// <summary>What all messages together may hold that have begun to come and not ended.</summary>
    public ByteBudget Inbound { get; } = budgets.Inbound;

    /// <summary>What all outboxes together may hold.</summary>
    public ByteBudget Budget { get; } = budgets.Outbound;

    /// <summary>All open connections.</summary>
    public ConnectionRoster Roster { get; } = roster;

    /// <summary>Gives places.</summary>
    public Admittance Admittance { get; } = new(roster, handshakes, listener);

    /// <summary>What the listener adds; null: nothing.</summary>
    public ListenerBounds? Listener { get; } = listener;

    /// <summary>All who have not said what they want.</summary>
    public Handshakes Handshakes { get; } = handshakes;

    /// <summary>What comes from which address.</summary>
    public AddressTable Addresses { get; } = addresses;

    /// <summary>How fast is read.</summary>
    public PaceLimits Pace => settings.Bounds.Current.Pace;

    /// <summary>Whether the settings, of the router or of the listener, limit how fast anybody is read.</summary>
    public bool LimitsPace => Pace.AreLimited || Listener is { Pace.AreLimited: true };

    /// <summary>Agrees on compression.</summary>
    public DeflateNegotiation Compression { get; } = new(() => settings.Current.Options.Compression, budgets.Compression, metrics.Compression);

    /// <summary>Counters.</summary>
    public TransportMetrics Metrics { get; } = metrics;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>
    /// Other limits hold from now on, for what was made by <see cref="Within"/> too. Nobody who is in is dropped: what is counted and held beyond a lower limit stays, and there is no more. What a peer was told
    /// in WELCOME, the size of messages, stays for its connection. One call at a time.
    /// </summary>
    /// <param name="limits">Checked, and not changed any more.</param>
    public void Apply(TransportOptions limits)
    {
        settings.Replace(limits);
        budgets.Apply(limits);
        Roster.Apply(limits);
    }

    /// <summary>The same for those who come through a listener with limits of its own. Called once for each listener; <see cref="EndWithin"/> follows when it goes.</summary>
    public TransportServices Within(ListenerLimits limits, string section)
    {
        var bounds = new ListenerBounds(limits, section, Options.RateBurst, Time);
        Roster.Watch(bounds);
        Metrics.Watch(bounds);
        return new TransportServices(settings, budgets, Roster, Handshakes, Addresses, Metrics, Time, bounds);
    }

    /// <summary>Nobody comes any more through the listener that this was made for by <see cref="Within"/>. Who has come stays, and counts until he goes.</summary>
    public void EndWithin()
    {
        if (Listener is { } bounds)
        {
            Roster.Unwatch(bounds);
            Metrics.Unwatch(bounds);
        }
    }

    /// <summary>Stops the clock of the connections. What <see cref="Within"/> made shares it, and is not disposed of.</summary>
    public void Dispose() => Roster.Dispose();
}
