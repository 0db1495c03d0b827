namespace WampRouter.Sessions.Resumption;

/// <summary>One time that a session spends without a connection, and its end. The end of one cannot be taken for that of another.</summary>
internal sealed class Detachment
{
    private readonly ResumableSession _session;
    private readonly ITimer _timer;

    /// <summary>The time runs from now on.</summary>
    public Detachment(ResumableSession session, TimeSpan window, TimeProvider time)
    {
        _session = session;
        _timer = time.CreateTimer(static detachment => ((Detachment)detachment!).OnTimer(), this, window, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it has one of the places there are for sessions without a connection. Under the lock of the session.</summary>
    public bool HasPlace { get; set; }

    /// <summary>Whether it ends before its time, because nothing more can be kept.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Makes it end at once, on another stack. Under the lock of the session.</summary>
    public void CutShort()
    {
        if (!IsCutShort)
        {
            IsCutShort = true;
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Its end does not matter any more; it may still come.</summary>
    public void Stop() => _timer.Dispose();

    private void OnTimer() => _session.OnTimeOver(this);
}
