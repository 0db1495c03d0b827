using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Members;

/// <summary>How much of one session's traffic has been published in statistics.</summary>
/// <param name="peer">Counts the traffic.</param>
/// <param name="timestamp">Now, by the clock's <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed class SessionTraffic(IPeer peer, long timestamp)
{
    private PeerTraffic _told = peer.Traffic;
    private long _toldAt = timestamp;
    private long _cycle;
    private bool _isOver;

    /// <summary>
    /// Orders the events of one session, so that none follows the last one. Lock order: SessionTraffic -> UriTable, event histories, Outbox.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>Takes the traffic since the last event, if it is enough or this is the last event. Under <see cref="Gate"/>.</summary>
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

/// <summary>What one statistics event says about a session.</summary>
/// <param name="Traffic">The traffic both ways.</param>
/// <param name="Elapsed">The time it took, in the clock's units.</param>
/// <param name="Cycle">The number of the event for this session, from 1.</param>
/// <param name="IsLast">Whether the session is leaving.</param>
internal readonly record struct TrafficShare(PeerTraffic Traffic, long Elapsed, long Cycle, bool IsLast);
