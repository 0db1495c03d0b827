using WampRouter.Realms;
using WampRouter.Sessions;

namespace WampRouter.Transports.Admission;

/// <summary>
/// How fast a connection is read: by what its session, and all of its address, may send in a second. Asked once for each read, and not at all where nothing is limited.
/// </summary>
/// <remarks>A mutable struct inside its connection; read loop only.</remarks>
internal struct ReadPace
{
    private RateBuckets? _session;
    private TrafficRates? _ofRole;
    private bool _isReady;

    /// <summary>Whether anything limits it.</summary>
    /// <param name="limits">What the settings say.</param>
    /// <param name="ofRole">What the role of the session says, if anything.</param>
    public static bool IsLimited(PaceLimits limits, TrafficRates? ofRole) => limits.AreLimited || ofRole is { AreLimited: true };

    /// <summary>Notes what a read brought.</summary>
    /// <returns>How long not to read.</returns>
    public TimeSpan Charge(TransportServices services, AddressBlock? address, TrafficRates? ofRole, int messages, long bytes)
    {
        var now = services.Time.GetTimestamp();
        if (!_isReady || !ReferenceEquals(ofRole, _ofRole))
        {
            var rates = new TrafficRates(ofRole?.Messages ?? services.Pace.OfSession.Messages, ofRole?.Bytes ?? services.Pace.OfSession.Bytes);
            (_isReady, _ofRole, _session) = (true, ofRole, rates.AreLimited ? new RateBuckets(rates, services.Pace.Burst, now) : null);
        }

        var own = _session?.Charge(messages, bytes, now, services.Time) ?? TimeSpan.Zero;
        var all = address is { } known && services.Pace.OfAddress.AreLimited ? services.Addresses.Charge(known, messages, bytes) : TimeSpan.Zero;
        return own > all ? own : all;
    }
}

/// <summary>What the settings say of the pace of sessions and addresses.</summary>
internal sealed class PaceLimits(TransportOptions options)
{
    /// <summary>Of a session whose role says nothing.</summary>
    public TrafficRates OfSession { get; } = new(options.MaxMessagesPerSecond, options.MaxBytesPerSecond);

    /// <summary>Of all sessions of an address.</summary>
    public TrafficRates OfAddress { get; } = new(options.MaxMessagesPerSecondPerAddress, options.MaxBytesPerSecondPerAddress);

    /// <summary>As much as in so long a time may come at once.</summary>
    public TimeSpan Burst { get; } = options.RateBurst;

    /// <summary>Whether they limit anybody.</summary>
    public bool AreLimited => OfSession.AreLimited || OfAddress.AreLimited;
}
