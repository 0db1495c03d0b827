using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// For how long a peer's transport has not taken what waits for it. Enqueueing pays nothing for it: the heartbeat looks whether it is still the same flush that is stuck. Precise to one heartbeat.
/// </summary>
/// <remarks>A mutable struct inside its connection; heartbeat only.</remarks>
internal struct StallWatch
{
    /// <summary>A flush is over when nearly all of it was taken, and nothing tells how far it is. A peer that takes this many bytes a second is slow, but not stalled.</summary>
    public const int SlowestBytesPerSecond = 4 * 1024;

    private long _flush;
    private long _since;    // timestamp; 0: nothing was stuck at the last heartbeat
    private TimeSpan _slowest;

    /// <summary>Looks again: for how long the same flush has been stuck.</summary>
    /// <param name="now">A timestamp of <paramref name="time"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="backlog">What waits in the outbox, where its transport is behind.</param>
    public Lateness Look(long now, TimeProvider time, OutboxBacklog? backlog)
    {
        if (backlog is not { } waiting)
        {
            _since = 0;
            return default;
        }

        if (_since == 0 || waiting.Flush != _flush)
        {
            (_flush, _since) = (waiting.Flush, Math.Max(1, now));
            _slowest = TimeSpan.FromSeconds((double)waiting.FlushingBytes / SlowestBytesPerSecond);
        }

        return new Lateness(time.GetElapsedTime(_since, now), waiting.HeldBytes);
    }

    /// <summary>Whether the peer takes nothing, be it ever so slow.</summary>
    public readonly bool IsStalled(Lateness lateness, TimeSpan timeout) => lateness.Duration > TimeSpan.Zero && lateness.Duration - _slowest >= timeout;
}
