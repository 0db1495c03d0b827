namespace WampRouter.Client;

/// <summary>A change of <see cref="WampClient.State"/>.</summary>
/// <param name="previous">The state before.</param>
/// <param name="current">The state now.</param>
/// <param name="cause">Why the session was lost or could not be joined; <see langword="null"/> when nothing went wrong.</param>
public sealed class WampStateChangedEventArgs(WampClientState previous, WampClientState current, Exception? cause) : EventArgs
{
    /// <summary>The state before.</summary>
    public WampClientState Previous { get; } = previous;

    /// <summary>The state now.</summary>
    public WampClientState Current { get; } = current;

    /// <summary>Why the session was lost or could not be joined; <see langword="null"/> when nothing went wrong.</summary>
    public Exception? Cause { get; } = cause;

    /// <summary>The change in one line.</summary>
    /// <returns>Such as <c>Connected → Reconnecting: The router closed the connection.</c></returns>
    public override string ToString() => Cause is null ? $"{Previous} → {Current}" : $"{Previous} → {Current}: {Cause.Message}";
}
