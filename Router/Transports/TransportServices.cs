using WampRouter.Measures;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>What every connection of every transport shares. One per router, and one more for each listener with limits of its own, which adds these to the same.</summary>
internal sealed class TransportServices(
    TransportOptions options,
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
        var entry = EntryLimits.Of(limits, OpenFiles.Limit);
        var addresses = new AddressTable(entry, new PaceLimits(limits), time);
        var budgets = new TransportBudgets(limits);
        var (roster, handshakes) = (new ConnectionRoster(limits, budgets, entry, addresses, time), new Handshakes(entry, addresses));
        return new TransportServices(limits, budgets, roster, handshakes, addresses, new TransportMetrics(meter, budgets, roster, handshakes, addresses, entry), time);
    }

    /// <summary>The limits, as they were at the start.</summary>
    public TransportOptions Options { get; } = options;

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
    public PaceLimits Pace { get; } = new(options);

    /// <summary>Whether the settings, of the router or of the listener, limit how fast anybody is read.</summary>
    public bool LimitsPace => Pace.AreLimited || Listener is { Pace.AreLimited: true };

    /// <summary>Counters.</summary>
    public TransportMetrics Metrics { get; } = metrics;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The same for those who come through a listener with limits of its own. Called once for each listener.</summary>
    public TransportServices Within(ListenerLimits limits, string section)
    {
        return new TransportServices(Options, budgets, Roster, Handshakes, Addresses, Metrics, Time, BoundsOf(limits, section));
    }

    /// <summary>What a listener lets in by its own limits. Called once for each listener.</summary>
    public ListenerBounds BoundsOf(ListenerLimits limits, string section)
    {
        var bounds = new ListenerBounds(limits, section, Options.RateBurst, Time);
        Roster.Watch(bounds);
        Metrics.Watch(bounds);
        return bounds;
    }

    /// <summary>Stops the clock of the connections. What <see cref="Within"/> made shares it, and is not disposed of.</summary>
    public void Dispose() => Roster.Dispose();
}
