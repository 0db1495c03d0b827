namespace WampRouter.Client.Sessions;

/// <summary>What happens around sessions while one is kept: told in order, by one task at a time.</summary>
internal interface ISessionObserver
{
    /// <summary>The client's state changed.</summary>
    void Changed(WampClientState previous, WampClientState current, Exception? cause);

    /// <summary>A new session was joined; subscribe and register in it what the client wants to have.</summary>
    Task RestoreAsync(Session session);
}
