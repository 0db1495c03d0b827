namespace WampRouter.Sessions.Connections;

/// <summary>For how long a session has neither sent nor been sent a message. Messages pay nothing for it: the heartbeat looks whether their number has changed.</summary>
/// <remarks>A mutable struct inside its session; heartbeat only.</remarks>
internal struct IdleWatch
{
    private long _messages;
    private long _since;

    /// <summary>Looks again: for how long.</summary>
    /// <param name="messages">How many there have been, both ways together; never 0.</param>
    /// <param name="now">A timestamp of <paramref name="time"/>.</param>
    /// <param name="time">The clock.</param>
    public TimeSpan Look(long messages, long now, TimeProvider time)
    {
        if (messages != _messages)
        {
            (_messages, _since) = (messages, now);
        }

        return time.GetElapsedTime(_since, now);
    }
}

/// <summary>How long a session may live without a message, and which setting says so.</summary>
/// <param name="Timeout">So long.</param>
/// <param name="Setting">Its name.</param>
internal sealed record IdleLimit(TimeSpan Timeout, string Setting)
{
    /// <summary>The one that is reached first; null where there is none.</summary>
    public static IdleLimit? Shorter(IdleLimit? one, IdleLimit? other) => one is null || other?.Timeout < one.Timeout ? other : one;
}
