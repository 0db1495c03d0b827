using System.Diagnostics;
using WampRouter.Benchmarks.Dialects;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>
/// Many sessions in one thread. Each turn waits for sockets, handles every whole message they have, then flushes each session that
/// wrote something once: like a busy client process, it merges what is ready at the same moment.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int EventsPerTurn = 1024;
    private const int LongestWaitMilliseconds = 100;

    private readonly List<Session> _sessions = [];
    private readonly byte[] _events = new byte[EventsPerTurn * Linux.EventSize];
    private readonly byte[] _receiveBuffer = new byte[256 * 1024];
    private readonly byte[] _scratch = new byte[Dialect.MaxMessage];
    private Session[] _touched = new Session[64];
    private int _touchedCount;
    private string? _failure;

    /// <summary>The epoll instance sessions add themselves to.</summary>
    public int Epoll { get; } = Linux.CreateEpoll();

    /// <summary>Where sessions read to.</summary>
    public Span<byte> ReceiveBuffer => _receiveBuffer;

    /// <summary>Where sessions build messages.</summary>
    public Span<byte> Scratch => _scratch;

    /// <summary>Begins a session. Its failure is the loop's failure.</summary>
    public Session Connect(ServerAddress server, Dialect dialect, Actor actor)
    {
        var session = new Session(this, _sessions.Count, server, dialect, actor);
        _sessions.Add(session);
        return session;
    }

    /// <summary>Runs until a condition holds, which is looked at once per turn; throws when the time is over or something failed.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan limit, string purpose)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        while (!condition())
        {
            if (Stopwatch.GetTimestamp() > deadline)
            {
                throw new WorkloadFailedException($"not done within {limit.TotalSeconds:0} s: {purpose}");
            }

            Turn(LongestWaitMilliseconds);
        }
    }

    /// <summary>Runs for a time; throws when something failed.</summary>
    public void RunFor(TimeSpan duration)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (var left = deadline - Stopwatch.GetTimestamp(); left > 0; left = deadline - Stopwatch.GetTimestamp())
        {
            Turn((int)Math.Min(LongestWaitMilliseconds, (left * 1000 / Stopwatch.Frequency) + 1));
        }
    }

    /// <summary>Says goodbye on every session and closes them all; waits for the answers, but not for long.</summary>
    public void LeaveAll()
    {
        foreach (var session in _sessions)
        {
            session.Leave();
        }

        var deadline = Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency);
        while (_sessions.Exists(session => !session.IsClosed) && Stopwatch.GetTimestamp() < deadline)
        {
            Turn(LongestWaitMilliseconds);
        }
    }

    /// <summary>Notes the first thing that went wrong; the loop stops with it.</summary>
    public void Fail(string failure) => _failure ??= failure;

    /// <summary>Notes a session that has something to send. The session sees to it that it is noted once.</summary>
    public void Touch(Session session)
    {
        if (_touchedCount == _touched.Length)
        {
            Array.Resize(ref _touched, _touchedCount * 2);
        }

        _touched[_touchedCount++] = session;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var session in _sessions)
        {
            session.Close();
        }

        Linux.Close(Epoll);
    }

    private void Turn(int timeoutMilliseconds)
    {
        FlushTouched();
        var count = Linux.Wait(Epoll, _events, timeoutMilliseconds);
        for (var i = 0; i < count; i++)
        {
            var (flags, token) = Linux.EventAt(_events, i);
            var session = _sessions[token];
            if ((flags & Linux.EpollOut) != 0)
            {
                session.Flush();
            }

            if ((flags & ~Linux.EpollOut) != 0 && !session.IsClosed)
            {
                session.Receive();
            }
        }

        FlushTouched();
        if (_failure is not null)
        {
            throw new WorkloadFailedException(_failure);
        }
    }

    private void FlushTouched()
    {
        // A flush may end a session, but never touches another one.
        for (var i = 0; i < _touchedCount; i++)
        {
            _touched[i].Flush();
        }

        Array.Clear(_touched, 0, _touchedCount);
        _touchedCount = 0;
    }
}
