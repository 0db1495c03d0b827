using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Runs slow checks, of tickets and of WAMP-CRA signatures, on threads of their own, a few at a time, in the order of <see cref="TicketQueue"/>, so that a flood of logins slows down neither other
/// logins nor other traffic, and that wrong ones make the next ones wait. Checks whose client is gone are dropped, at once if they still wait. Shared by all realms. Any thread.
/// </summary>
internal sealed class TicketVerifier : IDisposable
{
    /// <summary>What a client is told whose check did not come to an end in its time.</summary>
    public const string WhyLate = "too many logins at the same time; try again";

    private static readonly AuthenticationStep.Refuse GivenUp = new(WampErrors.AuthenticationFailed, "the login was given up", "nobody waits for it any more");

    private static readonly AuthenticationStep.Refuse Stopped = new(WampErrors.SystemShutdown, "the router is shutting down", "it is shutting down");

    private readonly Lock _gate = new();        // no check is answered or run under it
    private readonly Action<Action> _start;
    private readonly TicketQueue _queue;
    private readonly SessionMetrics _metrics;
    private readonly ITimer _timer;
    private readonly HashSet<TicketCheck> _running = [];
    private volatile WampSessionOptions _options;
    private bool _isStopped;

    /// <param name="options">The limits.</param>
    /// <param name="time">The clock of the delays.</param>
    /// <param name="start">Runs an action on a thread; null: on a new background thread.</param>
    /// <param name="metrics">Counters; null: nobody hears of them.</param>
    public TicketVerifier(WampSessionOptions options, TimeProvider time, Action<Action>? start = null, SessionMetrics? metrics = null)
    {
        (_options, _start, _metrics) = (options, start ?? StartThread, metrics ?? SessionMetrics.Unheard);
        _queue = new TicketQueue(options, time);
        _timer = time.CreateTimer(static verifier => ((TicketVerifier)verifier!).Dispatch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _metrics.WatchEntries("ticket_checks", () => Count, () => Most);
        _metrics.WatchEntries("remembered_logins", () => Remembered, () => TicketQueue.MostRemembered(_options));
    }

    /// <summary>How many checks may wait or run. The checks of an application, which run elsewhere, have the same bound for each realm.</summary>
    public int Most
    {
        get
        {
            var options = _options;
            return options.QueuedTicketChecks + options.ConcurrentTicketChecks;
        }
    }

    /// <summary>How many checks wait or run.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count + _running.Count;
            }
        }
    }

    /// <summary>Other limits hold from now on. Checks that wait or run stay.</summary>
    public void Apply(WampSessionOptions options)
    {
        lock (_gate)
        {
            _options = options;
            _queue.Apply(options);
        }

        Dispatch();     // there may be room for more of them at the same time
    }

    /// <summary>How many addresses and names the delays after failed logins remember.</summary>
    private int Remembered
    {
        get
        {
            lock (_gate)
            {
                return _queue.Remembered;
            }
        }
    }

    /// <summary>Queues a check and runs it when it is its turn. Completes with its answer, or as soon as it is given up.</summary>
    /// <param name="check">The check.</param>
    /// <param name="givenUp">Cancelled when the client is gone, or its time is over.</param>
    public Task<AuthenticationStep> RunAsync(TicketCheck check, CancellationToken givenUp = default)
    {
        TicketCheck? refused;
        string? limit;
        lock (_gate)
        {
            if (_isStopped)
            {
                return Task.FromResult<AuthenticationStep>(Stopped);
            }

            _queue.Add(check, room: Most - _running.Count, out refused, out limit);
        }

        if (refused is not null && refused.TryAnswer(Full(limit!)))
        {
            _metrics.Checked("refused");
            _metrics.LimitHit(limit!);
        }

        Dispatch();
        _ = givenUp.UnsafeRegister(_ => GiveUp(check), null);
        return check.Answer;
    }

    /// <summary>Answers a check at once, because its client is gone.</summary>
    public void GiveUp(TicketCheck check)
    {
        lock (_gate)
        {
            _queue.Remove(check);
        }

        if (check.TryAnswer(GivenUp))
        {
            _metrics.Checked("dropped");
        }
    }

    /// <summary>Answers all checks that wait or run, and accepts no more. The shutdown waits for no check.</summary>
    public void Stop()
    {
        var stopped = new List<TicketCheck>();
        lock (_gate)
        {
            _isStopped = true;
            stopped.AddRange(_queue.All);
            stopped.ForEach(_queue.Remove);
            stopped.AddRange(_running);
        }

        stopped.ForEach(check => check.TryAnswer(Stopped));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        _timer.Dispose();
    }

    private static AuthenticationStep.Refuse Full(string limit) =>
        new(WampErrors.AuthenticationFailed, WhyLate, $"the queue of slow ticket checks is full ({WampSessionOptions.SectionName}:{limit})");

    private static void StartThread(Action run) => new Thread(() => run()) { Name = "login check", IsBackground = true }.Start();

    /// <summary>Starts the checks that may run now.</summary>
    private void Dispatch()
    {
        while (TryBegin() is { } check)
        {
            _start(() => Run(check));
        }
    }

    private TicketCheck? TryBegin()
    {
        lock (_gate)
        {
            if (_isStopped || _running.Count >= _options.ConcurrentTicketChecks)
            {
                return null;
            }

            if (!_queue.TryTake(out var check, out var wait))
            {
                _timer.Change(wait ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return null;
            }

            _running.Add(check);
            return check;
        }
    }

    private void Run(TicketCheck check)
    {
        try
        {
            var step = check.Run();
            var isRight = step is AuthenticationStep.Accept;
            lock (_gate)
            {
                // Before the answer, because its client may come again at once. A check that was given up counts as wrong; else a client that hangs up in time could have any number of checks.
                _queue.Note(check, isRight);
            }

            if (check.TryAnswer(step))
            {
                _metrics.Checked(isRight ? "right" : "wrong");
            }
        }
        catch (Exception e)
        {
            check.Fail(e);      // the session that waits for the check logs it
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(check);
            }

            Dispatch();
        }
    }
}
