using System.Collections.Concurrent;

namespace WampRouter.Sessions;

/// <summary>The established sessions of a router, for shutdown and for counting. Any thread.</summary>
internal sealed class LiveSessions
{
    private readonly ConcurrentDictionary<ulong, ILiveSession> _byId = new();
    private volatile bool _draining;
    private TaskCompletionSource? _empty;

    /// <summary>How many sessions are established now.</summary>
    public int Count => _byId.Count;

    /// <summary>True once the router is shutting down: it takes no new session and no new call.</summary>
    public bool IsDraining => _draining;

    /// <summary>Calls under way in all sessions.</summary>
    public int PendingCalls => _byId.Values.Sum(session => session.PendingCalls);

    /// <summary>A session by its id, or null.</summary>
    public ILiveSession? Find(ulong id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a session before its WELCOME; false where the id is taken or the router is shutting down.</summary>
    public bool TryAdd(ulong id, ILiveSession session) => !_draining && _byId.TryAdd(id, session);

    /// <summary>Forgets a session that ended.</summary>
    public void Remove(ulong id)
    {
        _byId.TryRemove(id, out _);
        if (_draining && _byId.IsEmpty)
        {
            Volatile.Read(ref _empty)?.TrySetResult();
        }
    }

    /// <summary>Refuses new sessions and calls from now on.</summary>
    public void Drain() => _draining = true;

    /// <summary>Says GOODBYE to everybody; completes when all sessions have ended. After <see cref="Drain"/>.</summary>
    public Task GoodbyeAsync(string reason, string message)
    {
        var empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _empty, empty);
        foreach (var session in _byId.Values)
        {
            session.Goodbye(reason, message);
        }

        if (_byId.IsEmpty)
        {
            empty.TrySetResult();
        }

        return empty.Task;
    }
}
