namespace WampRouter.Sessions.Resumption;

/// <summary>The times that one session spends without a connection: the one it is in, and whether it has found a place for that. Under the lock of the session.</summary>
/// <param name="all">Has the places.</param>
/// <param name="share">Whose places they are.</param>
internal sealed class DetachedTimes(ResumableSessions all, ResumptionShare share)
{
    private Detachment? _current;

    /// <summary>The one it is in; null while there is a connection. Without the lock, as it was a moment ago.</summary>
    public Detachment? Current => Volatile.Read(ref _current);

    /// <summary>It has lost its connection.</summary>
    /// <param name="session">Told when the time is over.</param>
    /// <param name="window">How long that is.</param>
    /// <param name="hasPlace">Whether it was given a place; this gives it back.</param>
    public void Begin(ResumableSession session, TimeSpan window, bool hasPlace) =>
        Volatile.Write(ref _current, new Detachment(session, window, all.Time) { HasPlace = hasPlace });

    /// <summary>It has one again, or comes to its end.</summary>
    public void End()
    {
        if (_current is { } detachment)
        {
            detachment.Stop();
            Volatile.Write(ref _current, null);
            if (detachment.HasPlace)
            {
                all.LeaveDetached(share);
            }
        }
    }

    /// <summary>Where nobody comes any more for whom it needed no place: finds one. The detachment for which there is none, or null.</summary>
    public Detachment? FindPlace()
    {
        if (_current is not { HasPlace: false } detachment)
        {
            return null;
        }

        detachment.HasPlace = all.TryEnterDetached(share);
        return detachment.HasPlace ? null : detachment;
    }
}
