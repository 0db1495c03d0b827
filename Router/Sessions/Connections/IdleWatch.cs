namespace WampRouter.Sessions.Connections;

/// <summary>Measures how long a session has neither sent nor received a message. It costs messages nothing: the heartbeat compares their number with the last one.</summary>
/// <remarks>A mutable struct inside its session; heartbeat only.</remarks>
internal struct IdleWatch
{
    private long _messages;
    private long _since;

    /// <summary>Checks the number of messages again. Returns how long it has not changed.</summary>
    /// <param name="messages">The number of messages so far, both ways together; never 0.</param>
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
/// <param name="Timeout">The longest time without a message.</param>
/// <param name="Setting">The name of the setting.</param>
internal sealed record IdleLimit(TimeSpan Timeout, string Setting)
{
    /// <summary>The shorter of two limits; null where there is neither.</summary>
    public static IdleLimit? Shorter(IdleLimit? one, IdleLimit? other) => one is null || other?.Timeout < one.Timeout ? other : one;
}
