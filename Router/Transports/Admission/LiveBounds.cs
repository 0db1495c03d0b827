namespace WampRouter.Transports.Admission;

/// <summary>
/// Who may come in and how fast they are read, as the settings of the router or of one listener say it now. The bounds are replaced as a whole: a decision reads them once. What is counted stays, so
/// those who are in by higher bounds remain. Any thread.
/// </summary>
/// <param name="first">The bounds at the start.</param>
internal sealed class LiveBounds(Bounds first)
{
    private volatile Bounds _current = first;

    /// <summary>The bounds that hold.</summary>
    public Bounds Current
    {
        get => _current;
        set => _current = value;
    }
}

/// <summary>One version of them. Immutable.</summary>
/// <param name="Entry">Who may come in.</param>
/// <param name="Pace">How fast they are read.</param>
internal sealed record Bounds(EntryLimits Entry, PaceLimits Pace);
