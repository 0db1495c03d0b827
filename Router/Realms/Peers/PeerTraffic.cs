namespace WampRouter.Realms.Peers;

/// <summary>The WAMP messages between a peer and the router; the transport's own frames do not count.</summary>
/// <param name="ReceivedMessages">Messages from the peer.</param>
/// <param name="ReceivedBytes">Their length in bytes.</param>
/// <param name="SentMessages">Messages enqueued for the peer.</param>
/// <param name="SentBytes">Their length in bytes, with framing.</param>
internal readonly record struct PeerTraffic(long ReceivedMessages, long ReceivedBytes, long SentMessages, long SentBytes)
{
    /// <summary>Messages both ways.</summary>
    public long Messages => ReceivedMessages + SentMessages;

    /// <summary>Bytes both ways.</summary>
    public long Bytes => ReceivedBytes + SentBytes;

    /// <summary>Adds the counts of one connection of a session and of its next one.</summary>
    public static PeerTraffic operator +(in PeerTraffic one, in PeerTraffic next) => new(
        one.ReceivedMessages + next.ReceivedMessages,
        one.ReceivedBytes + next.ReceivedBytes,
        one.SentMessages + next.SentMessages,
        one.SentBytes + next.SentBytes);

    /// <summary>The traffic since an earlier count of the same peer.</summary>
    public PeerTraffic Since(in PeerTraffic earlier) => new(
        ReceivedMessages - earlier.ReceivedMessages,
        ReceivedBytes - earlier.ReceivedBytes,
        SentMessages - earlier.SentMessages,
        SentBytes - earlier.SentBytes);
}
