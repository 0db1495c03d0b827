namespace WampRouter.Http;

/// <summary>
/// The sessions that stay for a while after a request, because the next one of the same visitor is likely to come soon: it need not log in again. Bounded by what bounds connections, of which each session has one. Any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="idle">How long a session stays that no request uses, as it is set now.</param>
internal sealed class SharedSessions(TimeProvider time, Func<TimeSpan> idle) : IDisposable
{
    /// <summary>How long a session is used at all, in idle times: a token that expires counts no longer than that.</summary>
    private const int LongestUse = 10;

    private readonly Lock _gate = new();        // nothing is taken under it
    private readonly Dictionary<HttpVisitorKey, Shared> _sessions = [];
    private ITimer? _timer;
    private bool _isOver;

    /// <summary>The session of a visitor, which <paramref name="join"/> makes if there is none.</summary>
    /// <param name="key">Who it is.</param>
    /// <param name="join">Lets him join. It serves all who come meanwhile, so it does not end with one of them.</param>
    /// <param name="gone">Cancelled when nobody waits any more.</param>
    /// <returns>The session, which must be given back by disposing of the lease; or why there is none.</returns>
    public async Task<(SessionLease? Lease, Problem? Problem)> BorrowAsync(HttpVisitorKey key, Func<Task<(HttpSession? Session, Problem? Problem)>> join, CancellationToken gone)
    {
        var shared = Take(key, join);
        try
        {
            var (session, problem) = await shared.Joining.Value.WaitAsync(gone).ConfigureAwait(false);
            if (session is not null)
            {
                return (new SessionLease(session, () => GiveBack(key, shared)), null);
            }

            GiveBack(key, shared);
            return (null, problem);
        }
        catch
        {
            GiveBack(key, shared);
            throw;
        }
    }

    /// <summary>Lets everybody log in anew with his next request: what a request shows may not count any more. Requests under way keep the session that they have.</summary>
    public void Forget()
    {
        Shared[] idlers;
        lock (_gate)
        {
            idlers = [.. _sessions.Values.Where(static shared => shared.Users == 0)];
            _sessions.Clear();      // those in use are left by the last who uses them
        }

        Array.ForEach(idlers, static shared => _ = LeaveAsync(shared));
    }

    /// <summary>Leaves with all sessions, without waiting for the router to take note.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }

        Forget();
    }

    private Shared Take(HttpVisitorKey key, Func<Task<(HttpSession?, Problem?)>> join)
    {
        Shared? former = null;
        Shared? shared;
        lock (_gate)
        {
            if (!_sessions.TryGetValue(key, out shared) || shared.HasEnded || time.GetElapsedTime(shared.Began) >= LongestUse * idle())
            {
                // Whoever uses the former one leaves it when he has done.
                former = shared is { Users: 0 } ? shared : null;
                shared = new Shared(new Lazy<Task<(HttpSession?, Problem?)>>(join), time.GetTimestamp());
                if (!_isOver)
                {
                    _sessions[key] = shared;
                    _timer ??= time.CreateTimer(static me => ((SharedSessions)me!).Sweep(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
                }
            }

            shared.Users++;
        }

        _ = former is null ? Task.CompletedTask : LeaveAsync(former);
        return shared;
    }

    private void GiveBack(HttpVisitorKey key, Shared shared)
    {
        bool isUseless;
        lock (_gate)
        {
            shared.Users--;
            shared.LastUse = time.GetTimestamp();
            var isKept = _sessions.TryGetValue(key, out var kept) && ReferenceEquals(kept, shared);
            isUseless = shared.Users == 0 && (shared.HasEnded || !isKept);
            if (isUseless && isKept)
            {
                _sessions.Remove(key);
            }
        }

        if (isUseless)
        {
            _ = LeaveAsync(shared);
        }
    }

    private void Sweep()
    {
        List<Shared> idlers = [];
        lock (_gate)
        {
            var longest = idle();
            foreach (var (key, shared) in _sessions)
            {
                if (shared.Users == 0 && (shared.HasEnded || time.GetElapsedTime(shared.LastUse) >= longest))
                {
                    idlers.Add(shared);
                    _sessions.Remove(key);
                }
            }

            if (_sessions.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        idlers.ForEach(static shared => _ = LeaveAsync(shared));
    }

    private static async Task LeaveAsync(Shared shared)
    {
        if (!shared.Joining.IsValueCreated)
        {
            return;
        }

        var joining = shared.Joining.Value;
        await ((Task)joining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);     // whoever waits for it is told
        if (joining is { IsCompletedSuccessfully: true, Result.Session: { } session })
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Shared(Lazy<Task<(HttpSession? Session, Problem? Problem)>> joining, long began)
    {
        public Lazy<Task<(HttpSession? Session, Problem? Problem)>> Joining => joining;

        public long Began => began;

        public int Users { get; set; }

        public long LastUse { get; set; }

        /// <summary>Whether it is of no use to whoever comes now: it could not join, or it has joined and ended.</summary>
        public bool HasEnded => joining is { IsValueCreated: true, Value.IsCompleted: true } && (joining.Value is not { IsCompletedSuccessfully: true, Result.Session: { } session } || session.End is not null);
    }
}

/// <summary>A session that is shared, for one request.</summary>
/// <param name="session">The session.</param>
/// <param name="giveBack">Called once.</param>
internal sealed class SessionLease(HttpSession session, Action giveBack) : IDisposable
{
    /// <summary>The session.</summary>
    public HttpSession Session => session;

    /// <inheritdoc />
    public void Dispose() => giveBack();
}
