using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>What all resumable sessions share: their bounds, the clock, and the way to find one. Any thread.</summary>
internal sealed class ResumableSessions
{
    private volatile WampSessionOptions _options;
    private readonly LiveSessions _live;
    private readonly ILogger _logger;
    private readonly SessionMetrics _metrics;
    private int _detached;

    public ResumableSessions(WampSessionOptions options, LiveSessions live, TimeProvider time, ILogger logger, SessionMetrics metrics)
    {
        (_options, _live, Time, _logger, _metrics) = (options, live, time, logger, metrics);
        Budget = new ByteBudget(options.ResumptionTotalBytes);
        Shares = new ResumptionShares(Budget, options.ResumptionBytesPerPrincipal);
        metrics.WatchEntries("detached_sessions", () => Detached, () => _options.MaxDetachedSessions);
        metrics.WatchBytes("kept_frames", () => Budget.ReservedBytes, () => Budget.CapacityBytes);
    }

    /// <summary>The bytes that all of them together may keep.</summary>
    public ByteBudget Budget { get; }

    /// <summary>The part of that for each principal.</summary>
    public ResumptionShares Shares { get; }

    /// <summary>The clock of the windows.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether any session can be kept without a connection.</summary>
    public bool IsPossible => _options is { MaxDetachedSessions: > 0, MaxDetachedSessionsPerPrincipal: > 0, ResumptionTotalBytes: > 0 };

    /// <summary>How many sessions have no connection now.</summary>
    public int Detached => Volatile.Read(ref _detached);

    /// <summary>Other bounds hold from now on. What is kept, and who waits for a connection, stays.</summary>
    public void Apply(WampSessionOptions options)
    {
        _options = options;
        Budget.CapacityBytes = options.ResumptionTotalBytes;
        Shares.Apply(options.ResumptionBytesPerPrincipal);
    }

    /// <summary>Gives a session to the client that asks for it, or says why it cannot have it.</summary>
    public ResumptionAnswer Resume(ResumptionClaim claim, FlushBatch batch)
    {
        var wanted = claim.Wish.Session;
        var answer = (_live.Find(wanted) as ResumableSession)?.TryAttach(claim, batch) ?? new ResumptionAnswer(ResumptionOutcome.Unknown);
        if (answer.Outcome == ResumptionOutcome.Busy)
        {
            return answer;
        }

        answer.TooSlow?.Disconnect();
        _metrics.AskedToResume(answer.Outcome);
        if (answer.Outcome != ResumptionOutcome.Resumed)
        {
            ResumptionLog.NotResumed(_logger, claim.Session.Address, wanted, answer.Outcome);
        }

        return answer;
    }

    /// <summary>Asks for a place for a detached session. If true, the caller must call <see cref="LeaveDetached"/> once.</summary>
    public bool TryEnterDetached(ResumptionShare share)
    {
        var mine = share.Detach();
        var options = _options;
        if (mine <= options.MaxDetachedSessionsPerPrincipal && TryTakePlace(Math.Min(options.MaxDetachedSessions, ResumptionShare.MostUsedFor(mine - 1, options.MaxDetachedSessions) + 1)))
        {
            return true;
        }

        share.Attach();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void LeaveDetached(ResumptionShare share)
    {
        Interlocked.Decrement(ref _detached);
        share.Attach();
    }

    /// <summary>Logs and counts a session that ends because there is no place for it.</summary>
    public void ReportNoPlace(MemberIdentity whom, ResumptionShare share)
    {
        var options = _options;
        var (limit, setting) = share.Detached >= options.MaxDetachedSessionsPerPrincipal
            ? (options.MaxDetachedSessionsPerPrincipal, nameof(options.MaxDetachedSessionsPerPrincipal))
            : (options.MaxDetachedSessions, nameof(options.MaxDetachedSessions));
        _metrics.DetachedEnded(setting == nameof(options.MaxDetachedSessionsPerPrincipal) ? "no_place_for_principal" : "no_place");
        _metrics.LimitHit(setting);
        ResumptionLog.NoPlace(_logger, whom.Session, whom.Principal, share.Detached, Detached, setting, limit);
    }

    /// <summary>Logs and counts a session that ended without a connection, and why.</summary>
    public void Report(ulong session, bool hasGap, ResumptionSettings settings)
    {
        _metrics.DetachedEnded(hasGap ? "full" : "time_over");
        if (hasGap)
        {
            _metrics.LimitHit(nameof(_options.ResumptionTotalBytes));
            ResumptionLog.Full(_logger, session, settings.MaxBytes, _options.ResumptionBytesPerPrincipal, Budget.CapacityBytes);
        }
        else
        {
            ResumptionLog.TimeOver(_logger, session, settings.Window);
        }
    }

    /// <summary>Logs that another session, or the configuration, ends this one.</summary>
    public void ReportKill(MemberIdentity whom, string realm, string reason, string? message, MemberIdentity? by) =>
        SessionLog.Killed(_logger, whom, realm, reason, message, by);

    /// <summary>A session without a connection has ended.</summary>
    public void Forget(ulong session) => _live.Remove(session);

    /// <summary>Takes a place if no more than <paramref name="most"/> are then taken. A refused request takes no place from others, not even for a moment.</summary>
    private bool TryTakePlace(long most)
    {
        for (var before = Volatile.Read(ref _detached); before < most;)
        {
            var now = Interlocked.CompareExchange(ref _detached, before + 1, before);
            if (now == before)
            {
                return true;
            }

            before = now;
        }

        return false;
    }
}
