using WampRouter.Sessions.Outboxes;

namespace WampRouter.Benchmarks.Peers;

/// <summary>Who receives what in the <see cref="RelaySession"/> world: arrays replaced whole under a lock, read without one.</summary>
internal sealed class RelayTable
{
    private readonly Lock _changes = new();
    private Outbox?[] _sessions = new Outbox?[64];
    private Outbox[] _subscribers = [];
    private Outbox?[] _callees = new Outbox?[10];
    private int _sessionCount;

    /// <summary>The subscribers of the one topic.</summary>
    public Outbox[] Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>The callee of a procedure, 0 to 9.</summary>
    public Outbox? CalleeOf(int procedure) => Volatile.Read(ref _callees)[procedure];

    /// <summary>The session with a number.</summary>
    public Outbox? SessionOf(int number) => Volatile.Read(ref _sessions)[number];

    /// <summary>Adds a session and returns its number.</summary>
    public int Join(Outbox outbox)
    {
        lock (_changes)
        {
            if (_sessionCount == _sessions.Length)
            {
                var larger = new Outbox?[_sessionCount * 2];
                _sessions.CopyTo(larger, 0);
                Volatile.Write(ref _sessions, larger);
            }

            _sessions[_sessionCount] = outbox;
            return _sessionCount++;
        }
    }

    /// <summary>Adds a subscriber.</summary>
    public void Subscribe(Outbox outbox)
    {
        lock (_changes)
        {
            Volatile.Write(ref _subscribers, [.. _subscribers, outbox]);
        }
    }

    /// <summary>Sets the callee of a procedure.</summary>
    public void Register(int procedure, Outbox outbox)
    {
        lock (_changes)
        {
            var callees = (Outbox?[])_callees.Clone();
            callees[procedure] = outbox;
            Volatile.Write(ref _callees, callees);
        }
    }

    /// <summary>Forgets a session and all that was its.</summary>
    public void Leave(int number, Outbox outbox)
    {
        lock (_changes)
        {
            _sessions[number] = null;
            if (Array.IndexOf(_subscribers, outbox) >= 0)
            {
                Volatile.Write(ref _subscribers, Array.FindAll(_subscribers, other => other != outbox));
            }

            Volatile.Write(ref _callees, Array.ConvertAll(_callees, other => other == outbox ? null : other));
        }
    }
}
