namespace WampRouter.Sessions.Resumption;

/// <summary>One period that a session spends without a connection, with its timer. An object of its own, so that the timer of an old period cannot end a new one.</summary>
internal sealed class Detachment
{
    private readonly ResumableSession _session;
    private readonly ITimer _timer;

    /// <summary>Starts the timer.</summary>
    public Detachment(ResumableSession session, TimeSpan window, TimeProvider time)
    {
        _session = session;
        _timer = time.CreateTimer(static detachment => ((Detachment)detachment!).OnTimer(), this, window, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it holds one of the places for sessions without a connection. Under the lock of the session.</summary>
    public bool HasPlace { get; set; }

    /// <summary>Whether it ends before its time, because no more frames can be kept.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Makes it end now, from the timer's callback. Under the lock of the session.</summary>
    public void CutShort()
    {
        if (!IsCutShort)
        {
            IsCutShort = true;
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Stops the timer. Its callback may still come; it must then have no effect.</summary>
    public void Stop() => _timer.Dispose();

    private void OnTimer() => _session.OnTimeOver(this);
}
