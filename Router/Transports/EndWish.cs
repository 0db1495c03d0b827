using WampRouter.Sessions.Connections;

namespace WampRouter.Transports;

/// <summary>
/// What somebody outside its read loop wants of a connection: that it close in an orderly way, or be dropped. Written by any thread, obeyed
/// by the read loop.
/// </summary>
/// <remarks>A mutable struct inside its connection.</remarks>
internal struct EndWish()
{
    private const int NotWished = -1;

    private int _abortReason = NotWished;
    private int _closeReason = NotWished;
    private long _closingSince;     // timestamp; 0: not closing

    /// <summary>Whether the connection is to end, one way or the other.</summary>
    public readonly bool IsPresent => Volatile.Read(in _closeReason) != NotWished || IsAbort;

    /// <summary>Whether it is to be dropped.</summary>
    public readonly bool IsAbort => Volatile.Read(in _abortReason) != NotWished;

    /// <summary>Why it is to end in an orderly way, where it is; otherwise the session wants it.</summary>
    public readonly DisconnectReason CloseReason => Volatile.Read(in _closeReason) is var reason and not NotWished ? (DisconnectReason)reason : DisconnectReason.ClosedByRouter;

    /// <summary>Why it is to be dropped, or <paramref name="otherwise"/> where it is not.</summary>
    public readonly DisconnectReason ReasonOr(DisconnectReason otherwise) => IsAbort ? (DisconnectReason)_abortReason : otherwise;

    /// <summary>Wants an orderly end; the first reason stays.</summary>
    public void Close(TimeProvider time, DisconnectReason reason = DisconnectReason.ClosedByRouter)
    {
        StartClock(time);
        Interlocked.CompareExchange(ref _closeReason, (int)reason, NotWished);
    }

    /// <summary>Wants it dropped; the first reason stays.</summary>
    public void Abort(DisconnectReason reason) => Interlocked.CompareExchange(ref _abortReason, (int)reason, NotWished);

    /// <summary>From now on the close timeout runs; the first call counts.</summary>
    public void StartClock(TimeProvider time) => Interlocked.CompareExchange(ref _closingSince, Math.Max(1, time.GetTimestamp()), 0);

    /// <summary>How long the connection has been closing; null while it is not.</summary>
    public readonly TimeSpan? ClosingFor(long now, TimeProvider time)
    {
        var since = Volatile.Read(in _closingSince);
        return since == 0 ? null : time.GetElapsedTime(since, now);
    }
}
