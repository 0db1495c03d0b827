using Microsoft.Extensions.Options;
using WampRouter.Sessions;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>What every connection of every transport shares. One per router.</summary>
internal sealed class TransportServices(
    IOptions<TransportOptions> options,
    TransportBudgets budgets,
    ConnectionRoster roster,
    Handshakes handshakes,
    AddressTable addresses,
    TransportMetrics metrics,
    TimeProvider time)
{
    /// <summary>The limits, as they were at the start.</summary>
    public TransportOptions Options { get; } = options.Value;

    /// <summary>What all messages together may hold that have begun to come and not ended.</summary>
    public ByteBudget Inbound { get; } = budgets.Inbound;

    /// <summary>What all outboxes together may hold.</summary>
    public ByteBudget Budget { get; } = budgets.Outbound;

    /// <summary>All open connections.</summary>
    public ConnectionRoster Roster { get; } = roster;

    /// <summary>All who have not said what they want.</summary>
    public Handshakes Handshakes { get; } = handshakes;

    /// <summary>What comes from which address.</summary>
    public AddressTable Addresses { get; } = addresses;

    /// <summary>How fast is read.</summary>
    public PaceLimits Pace { get; } = new(options.Value);

    /// <summary>Counters.</summary>
    public TransportMetrics Metrics { get; } = metrics;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;
}
