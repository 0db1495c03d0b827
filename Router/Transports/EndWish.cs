using WampRouter.Sessions;

namespace WampRouter.Transports;

/// <summary>
/// What somebody outside its read loop wants of a connection: that it close in an orderly way, or be dropped. Written by any thread, obeyed
/// by the read loop.
/// </summary>
/// <remarks>A mutable struct inside its connection.</remarks>
internal struct EndWish()
{
    private const int NotAborted = -1;

    private int _abortReason = NotAborted;
    private bool _close;
    private long _closingSince;     // timestamp; 0: not closing

    /// <summary>Whether the connection is to end, one way or the other.</summary>
    public readonly bool IsPresent => Volatile.Read(in _close) || IsAbort;

    /// <summary>Whether it is to be dropped.</summary>
    public readonly bool IsAbort => Volatile.Read(in _abortReason) != NotAborted;

    /// <summary>Why it is to be dropped, or <paramref name="otherwise"/> where it is not.</summary>
    public readonly DisconnectReason ReasonOr(DisconnectReason otherwise) => IsAbort ? (DisconnectReason)_abortReason : otherwise;

    /// <summary>Wants an orderly end.</summary>
    public void Close(TimeProvider time)
    {
        StartClock(time);
        Volatile.Write(ref _close, true);
    }

    /// <summary>Wants it dropped; the first reason stays.</summary>
    public void Abort(DisconnectReason reason) => Interlocked.CompareExchange(ref _abortReason, (int)reason, NotAborted);

    /// <summary>From now on the close timeout runs; the first call counts.</summary>
    public void StartClock(TimeProvider time) => Interlocked.CompareExchange(ref _closingSince, Math.Max(1, time.GetTimestamp()), 0);

    /// <summary>How long the connection has been closing; null while it is not.</summary>
    public readonly TimeSpan? ClosingFor(long now, TimeProvider time)
    {
        var since = Volatile.Read(in _closingSince);
        return since == 0 ? null : time.GetElapsedTime(since, now);
    }
}
