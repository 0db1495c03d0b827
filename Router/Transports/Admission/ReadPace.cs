using WampRouter.Realms.Authorization;

namespace WampRouter.Transports.Admission;

/// <summary>
/// How fast a connection is read: by what its session, and all of its address, may send in a second. Asked once for each read, and not at all where nothing is limited.
/// </summary>
/// <remarks>Read loop only.</remarks>
internal sealed class ReadPace(TransportServices services, TransportLink link)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private RateBuckets? _session;
    private TrafficRates? _ofRole;
    private PaceLimits? _ofRouter;      // null: nothing was charged yet
    private PaceLimits? _ofListener;
    private TimeSpan _pause;
    private bool _isTold;

    /// <summary>Whether no more is to be read for a while.</summary>
    public bool IsPauseDue => _pause > TimeSpan.Zero;

    /// <summary>Whether anything limits it.</summary>
    /// <param name="services">What the settings say, of the router and of the listener.</param>
    /// <param name="ofRole">What the role of the session says, if anything.</param>
    public static bool IsLimited(TransportServices services, TrafficRates? ofRole) => services.LimitsPace || ofRole is { AreLimited: true };

    /// <summary>Notes what a read brought.</summary>
    public void Charge(TrafficRates? ofRole, int messages, long bytes)
    {
        var now = services.Time.GetTimestamp();
        var (router, listener) = (services.Pace, services.Listener?.Pace);
        if (router != _ofRouter || listener != _ofListener || !ReferenceEquals(ofRole, _ofRole))
        {
            var rates = new TrafficRates(ofRole?.Messages ?? router.OfSession.Messages, ofRole?.Bytes ?? router.OfSession.Bytes).Within(listener?.OfSession);
            (_ofRouter, _ofListener, _ofRole, _session) = (router, listener, ofRole, rates.AreLimited ? new RateBuckets(rates, router.Burst, now) : null);
        }

        var own = _session?.Charge(messages, bytes, now, services.Time) ?? TimeSpan.Zero;
        var all = services.Addresses.Charge(link.Info.Address, messages, bytes);
        var here = services.Listener?.Addresses.Charge(link.Info.Address, messages, bytes) ?? TimeSpan.Zero;
        _pause = Longest(own, Longest(all, here));
    }

    /// <summary>Lets the pause pass that is due: the peer's socket fills, and it sends more slowly. In pieces, so that neither an end nor other limits are held back.</summary>
    /// <param name="authId">Who has logged in, for the log.</param>
    /// <param name="ending">Whose wish ends the pause.</param>
    public async Task HoldBackAsync(string? authId, ConnectionEnding ending)
    {
        if (!_isTold)
        {
            _isTold = true;
            ConnectionLog.HeldBack(link.Logger, link.Info.ConnectionId, link.Info.Address, authId);
        }

        while (IsPauseDue && !ending.IsWished)
        {
            if (services.Pace != _ofRouter || services.Listener?.Pace != _ofListener)
            {
                _pause = TimeSpan.Zero;     // the settings say otherwise by now: what comes next is charged by them
                return;
            }

            var piece = _pause < LongestPause ? _pause : LongestPause;
            await Task.Delay(piece, services.Time);
            services.Metrics.HeldBack(link.Info.Transport, piece);
            _pause -= piece;
        }
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>What the settings say of the pace of sessions and addresses: the router's, or those of a listener. Immutable; equal where they say the same.</summary>
/// <param name="OfSession">Of a session: where it is the router's, of one whose role says nothing.</param>
/// <param name="OfAddress">Of all sessions of an address.</param>
/// <param name="Burst">As much as in so long a time may come at once.</param>
internal sealed record PaceLimits(TrafficRates OfSession, TrafficRates OfAddress, TimeSpan Burst)
{
    /// <summary>The router's.</summary>
    public PaceLimits(TransportOptions options)
        : this(new(options.MaxMessagesPerSecond, options.MaxBytesPerSecond), new(options.MaxMessagesPerSecondPerAddress, options.MaxBytesPerSecondPerAddress), options.RateBurst)
    {
    }

    /// <summary>Those of a listener.</summary>
    public PaceLimits(ListenerLimits listener, TimeSpan burst)
        : this(new(listener.MaxMessagesPerSecond, listener.MaxBytesPerSecond), new(listener.MaxMessagesPerSecondPerAddress, listener.MaxBytesPerSecondPerAddress), burst)
    {
    }

    /// <summary>Whether they limit anybody.</summary>
    public bool AreLimited { get; } = OfSession.AreLimited || OfAddress.AreLimited;      // asked with each read
}
