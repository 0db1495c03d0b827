namespace WampRouter.Sessions.Resumption;

/// <summary>The detachments of one session: the current one, and the place it holds. Used under the lock of the session.</summary>
/// <param name="all">Gives out the places.</param>
/// <param name="share">The principal's share, which the places count for.</param>
internal sealed class DetachedTimes(ResumableSessions all, ResumptionShare share)
{
    private Detachment? _current;

    /// <summary>The current detachment; null while there is a connection. When read without the lock it may be out of date.</summary>
    public Detachment? Current => Volatile.Read(ref _current);

    /// <summary>The session has lost its connection.</summary>
    /// <param name="session">The session, told when the time is over.</param>
    /// <param name="window">How long the session is kept.</param>
    /// <param name="hasPlace">Whether it was given a place; <see cref="End"/> gives it back.</param>
    public void Begin(ResumableSession session, TimeSpan window, bool hasPlace) =>
        Volatile.Write(ref _current, new Detachment(session, window, all.Time) { HasPlace = hasPlace });

    /// <summary>The session has a connection again, or ends.</summary>
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

    /// <summary>Finds a place for a detachment that needed none while a newcomer waited. Returns the detachment if there is no place, else null.</summary>
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
