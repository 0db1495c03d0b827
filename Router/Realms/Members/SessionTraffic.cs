using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Members;

/// <summary>How much of one session's traffic has been told to others.</summary>
/// <param name="peer">Who counts it.</param>
/// <param name="timestamp">Now, by the clock's <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed class SessionTraffic(IPeer peer, long timestamp)
{
    private PeerTraffic _told = peer.Traffic;
    private long _toldAt = timestamp;
    private long _cycle;
    private bool _isOver;

    /// <summary>
    /// Orders what is told, so that nothing follows the last of it. Lock order: SessionTraffic -> UriTable, event histories, Outbox.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>Takes what has not been told yet, if it is enough or the last. Under <see cref="Gate"/>.</summary>
    public bool TryTake(long now, int minMessages, bool isLast, out TrafficShare share)
    {
        var traffic = peer.Traffic;
        share = new TrafficShare(traffic.Since(_told), now - _toldAt, _cycle + 1, isLast);
        if (_isOver || (!isLast && share.Traffic.Messages < minMessages))
        {
            return false;
        }

        (_told, _toldAt, _cycle, _isOver) = (traffic, now, _cycle + 1, isLast);
        return true;
    }
}

/// <summary>What one event tells of a session.</summary>
/// <param name="Traffic">What went both ways.</param>
/// <param name="Elapsed">In which time, in the clock's units.</param>
/// <param name="Cycle">The number of the event among those of the session, from 1 on.</param>
/// <param name="IsLast">Whether the session leaves.</param>
internal readonly record struct TrafficShare(PeerTraffic Traffic, long Elapsed, long Cycle, bool IsLast);
