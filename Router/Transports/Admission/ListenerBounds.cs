using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>What one listener with limits of its own lets in, and how fast those who came there are read. It forgets addresses with the heartbeat, as the router does. Any thread.</summary>
internal sealed class ListenerBounds : IDeadline
{
    private readonly LiveBounds _bounds;
    private volatile IdleLimit? _idleLimit;

    /// <param name="limits">What its settings say.</param>
    /// <param name="section">Where they stand, such as <c>WampRouter:Listeners:0</c>: refusals name it.</param>
    /// <param name="burst">As much as in so long a time may be sent at once.</param>
    /// <param name="time">The clock.</param>
    public ListenerBounds(ListenerLimits limits, string section, TimeSpan burst, TimeProvider time)
    {
        _bounds = new LiveBounds(BoundsOf(limits, section, burst));
        _idleLimit = IdleLimitOf(limits, section);
        Addresses = new AddressTable(_bounds, time);
        Places = new Places(_bounds, Addresses, time);
        Handshakes = new Handshakes(_bounds, Addresses);
    }

    /// <summary>Where its settings stand now.</summary>
    public string Section => _bounds.Current.Entry.Section;

    /// <summary>How many connections it takes; <see cref="long.MaxValue"/>: any number.</summary>
    public long MostConnections => _bounds.Current.Entry.Connections is var most and < int.MaxValue ? most : long.MaxValue;

    /// <summary>How many handshakes under way, likewise.</summary>
    public long MostHandshakes => _bounds.Current.Entry.Handshakes is var most and < int.MaxValue ? most : long.MaxValue;

    /// <summary>Its places.</summary>
    public Places Places { get; }

    /// <summary>Those who came here and have not said what they want.</summary>
    public Handshakes Handshakes { get; }

    /// <summary>What comes here from which address.</summary>
    public AddressTable Addresses { get; }

    /// <summary>How fast is read now.</summary>
    public PaceLimits Pace => _bounds.Current.Pace;

    /// <summary>How long its sessions may be without a message now; null: no limit here.</summary>
    public IdleLimit? IdleLimit => _idleLimit;

    /// <summary>Other limits hold from now on, for those who are in as well; nobody is dropped for them but by the idle limit. One call at a time.</summary>
    /// <param name="limits">What its settings say.</param>
    /// <param name="section">Where they stand.</param>
    /// <param name="burst">As much as in so long a time may be sent at once.</param>
    public void Apply(ListenerLimits limits, string section, TimeSpan burst)
    {
        _bounds.Current = BoundsOf(limits, section, burst);
        _idleLimit = IdleLimitOf(limits, section);
    }

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        Addresses.Sweep(now);
        return false;       // as long as the router lives
    }

    /// <inheritdoc />
    public void Expire()
    {
        // Nobody waits for it.
    }

    private static Bounds BoundsOf(ListenerLimits limits, string section, TimeSpan burst) => new(EntryLimits.Of(limits, section), new PaceLimits(limits, burst));

    private static IdleLimit? IdleLimitOf(ListenerLimits limits, string section) =>
        limits.IdleTimeout is { } timeout ? new IdleLimit(timeout, $"{section}:{nameof(limits.IdleTimeout)}") : null;
}
