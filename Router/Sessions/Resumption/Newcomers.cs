namespace WampRouter.Sessions.Resumption;

/// <summary>The connections that wait for one session to lose its former one. Each comes back to ask again, or ends and says so. Under the lock of the session.</summary>
internal sealed class Newcomers
{
    private readonly List<Session> _waiting = [];
    private TaskCompletionSource? _freed;

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>One more waits.</summary>
    /// <returns>Completes when it may ask again.</returns>
    public Task Add(Session session)
    {
        _waiting.Add(session);
        _freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _freed.Task;
    }

    /// <summary>It does not wait any more, if it did.</summary>
    public void Remove(Session session) => _waiting.Remove(session);

    /// <summary>What they wait for has come. They count as waiting until they have come back.</summary>
    /// <returns>To be completed when the lock is free.</returns>
    public TaskCompletionSource? Free()
    {
        var freed = _freed;
        _freed = null;
        return freed;
    }
}
