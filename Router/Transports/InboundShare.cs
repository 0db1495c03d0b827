using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// What one connection holds of messages that have begun to come and not ended. A little of it is its own, and only what is beyond counts in what all may hold together: peers that
/// send small messages share no counter, and peers that never end theirs keep nobody from logging in.
/// </summary>
/// <remarks>A mutable struct inside its connection; read loop only.</remarks>
internal struct InboundShare(ByteBudget all)
{
    /// <summary>What each connection may always hold, in bytes.</summary>
    public const int BytesOfItsOwn = 16 * 1024;

    /// <summary>What is told a peer for whose message there is none.</summary>
    public const string NoRoom = "the router has no room for so large a message at the moment";

    private long _shared;   // what of ours the budget counts

    /// <summary>What of it the budget counts. Others than the read loop may be a little behind.</summary>
    public readonly long SharedBytes => Volatile.Read(in _shared);

    /// <summary>Notes how many bytes are held now; false, and nothing is changed, where there is no room for more.</summary>
    public bool TryHold(long bytes)
    {
        var shared = Math.Max(0, bytes - BytesOfItsOwn);
        if (shared <= _shared)
        {
            Release(_shared - shared);
            return true;
        }

        if (!all.TryReserve(shared - _shared, _shared))
        {
            return false;
        }

        _shared = shared;
        return true;
    }

    /// <summary>Holds nothing any more.</summary>
    public void Clear() => Release(_shared);

    private void Release(long bytes)
    {
        if (bytes > 0)
        {
            all.Release(bytes);
            _shared -= bytes;
        }
    }
}
