using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>What one listener with limits of its own lets in, and how fast those who came there are read. It forgets addresses with the heartbeat, as the router does. Any thread.</summary>
internal sealed class ListenerBounds : IDeadline
{
    private readonly EntryLimits _limits;

    /// <param name="limits">What its settings say.</param>
    /// <param name="section">Where they stand, such as <c>WampRouter:Listeners:0</c>: refusals name it.</param>
    /// <param name="burst">As much as in so long a time may be sent at once.</param>
    /// <param name="time">The clock.</param>
    public ListenerBounds(ListenerLimits limits, string section, TimeSpan burst, TimeProvider time)
    {
        _limits = EntryLimits.Of(limits, section);
        Pace = new PaceLimits(limits, burst);
        Addresses = new AddressTable(_limits, Pace, time);
        Places = new Places(_limits, Addresses, time);
        Handshakes = new Handshakes(_limits, Addresses);
        IdleLimit = limits.IdleTimeout is { } timeout ? new IdleLimit(timeout, $"{section}:{nameof(limits.IdleTimeout)}") : null;
    }

    /// <summary>Where its settings stand.</summary>
    public string Section => _limits.Section;

    /// <summary>How many connections it takes; <see cref="long.MaxValue"/>: any number.</summary>
    public long MostConnections => _limits.Connections == int.MaxValue ? long.MaxValue : _limits.Connections;

    /// <summary>How many handshakes under way, likewise.</summary>
    public long MostHandshakes => _limits.Handshakes == int.MaxValue ? long.MaxValue : _limits.Handshakes;

    /// <summary>Its places.</summary>
    public Places Places { get; }

    /// <summary>Those who came here and have not said what they want.</summary>
    public Handshakes Handshakes { get; }

    /// <summary>What comes here from which address.</summary>
    public AddressTable Addresses { get; }

    /// <summary>How fast is read.</summary>
    public PaceLimits Pace { get; }

    /// <summary>How long its sessions may be without a message; null: no limit here.</summary>
    public IdleLimit? IdleLimit { get; }

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        Addresses.Sweep(now);
        return false;       // as long as the router lives
    }
}
