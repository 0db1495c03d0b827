namespace WampRouter.Realms.Peers;

/// <summary>WAMP messages that went between a peer and the router; the transport's own frames do not count.</summary>
/// <param name="ReceivedMessages">Messages from the peer.</param>
/// <param name="ReceivedBytes">Their length.</param>
/// <param name="SentMessages">Messages enqueued for the peer.</param>
/// <param name="SentBytes">Their length, with what frames them.</param>
internal readonly record struct PeerTraffic(long ReceivedMessages, long ReceivedBytes, long SentMessages, long SentBytes)
{
    /// <summary>Messages both ways.</summary>
    public long Messages => ReceivedMessages + SentMessages;

    /// <summary>Bytes both ways.</summary>
    public long Bytes => ReceivedBytes + SentBytes;

    /// <summary>The counts of a session's one connection and of the next.</summary>
    public static PeerTraffic operator +(in PeerTraffic one, in PeerTraffic next) => new(
        one.ReceivedMessages + next.ReceivedMessages,
        one.ReceivedBytes + next.ReceivedBytes,
        one.SentMessages + next.SentMessages,
        one.SentBytes + next.SentBytes);

    /// <summary>What came after an earlier count of the same peer.</summary>
    public PeerTraffic Since(in PeerTraffic earlier) => new(
        ReceivedMessages - earlier.ReceivedMessages,
        ReceivedBytes - earlier.ReceivedBytes,
        SentMessages - earlier.SentMessages,
        SentBytes - earlier.SentBytes);
}
