namespace WampRouter.Sessions.Resumption;

/// <summary>The connections that wait until the former connection of a session has ended. Each then asks again, or ends and calls <see cref="Remove"/>. Under the lock of the session.</summary>
internal sealed class Newcomers
{
    private readonly List<Session> _waiting = [];
    private TaskCompletionSource? _freed;

    /// <summary>Whether no connection waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds a connection that waits.</summary>
    /// <returns>Completes when the connection may ask again.</returns>
    public Task Add(Session session)
    {
        _waiting.Add(session);
        _freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _freed.Task;
    }

    /// <summary>Removes a connection, if it was waiting.</summary>
    public void Remove(Session session) => _waiting.Remove(session);

    /// <summary>The former connection has ended. The newcomers still count as waiting until each has asked again.</summary>
    /// <returns>The caller must complete it after it has released the lock.</returns>
    public TaskCompletionSource? Free()
    {
        var freed = _freed;
        _freed = null;
        return freed;
    }
}
