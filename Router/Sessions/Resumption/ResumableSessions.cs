using WampRouter.Realms;

namespace WampRouter.Sessions.Resumption;

/// <summary>What all sessions that can be resumed share: their bounds, the clock, how they are found. Any thread.</summary>
internal sealed class ResumableSessions(WampSessionOptions options, LiveSessions live, TimeProvider time, ILogger logger)
{
    private int _detached;

    /// <summary>What all of them together may keep.</summary>
    public ByteBudget Budget { get; } = new(options.ResumptionTotalBytes);

    /// <summary>The clock of their windows.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Whether any session can be kept at all.</summary>
    public bool IsPossible => options is { MaxDetachedSessions: > 0, ResumptionTotalBytes: > 0 };

    /// <summary>How many are without a connection now.</summary>
    public int Detached => Volatile.Read(ref _detached);

    /// <summary>Gives a session to the client that asks for it, or says why not.</summary>
    public ResumptionAnswer Resume(ResumptionClaim claim, FlushBatch batch)
    {
        var wanted = claim.Wish.Session;
        var answer = (live.Find(wanted) as ResumableSession)?.TryAttach(claim, batch) ?? new ResumptionAnswer(ResumptionOutcome.Unknown);
        if (answer.Outcome == ResumptionOutcome.Busy)
        {
            return answer;
        }

        answer.TooSlow?.Disconnect();
        ResumptionMetrics.Asked(answer.Outcome);
        if (answer.Outcome != ResumptionOutcome.Resumed)
        {
            ResumptionLog.NotResumed(logger, wanted, answer.Outcome);
        }

        return answer;
    }

    /// <summary>Asks for a place among the detached. Whoever gets one calls <see cref="LeaveDetached"/>, once.</summary>
    public bool TryEnterDetached()
    {
        if (Interlocked.Increment(ref _detached) > options.MaxDetachedSessions)
        {
            Interlocked.Decrement(ref _detached);
            return false;
        }

        ResumptionMetrics.Detached.Add(1);
        return true;
    }

    /// <summary>Gives the place back.</summary>
    public void LeaveDetached()
    {
        Interlocked.Decrement(ref _detached);
        ResumptionMetrics.Detached.Add(-1);
    }

    /// <summary>Notes that a session ends because all places are taken.</summary>
    public void ReportNoPlace(ulong session)
    {
        ResumptionMetrics.Ended("no_place");
        ResumptionLog.NoPlace(logger, session, options.MaxDetachedSessions);
    }

    /// <summary>Notes why a session has ended while nobody was looking.</summary>
    public void Report(ulong session, bool hasGap, ResumptionSettings settings)
    {
        ResumptionMetrics.Ended(hasGap ? "full" : "time_over");
        if (hasGap)
        {
            ResumptionLog.Full(logger, session, settings.MaxBytes, Budget.CapacityBytes);
        }
        else
        {
            ResumptionLog.TimeOver(logger, session, settings.Window);
        }
    }

    /// <summary>Notes that a session is ended by another, and why.</summary>
    public void ReportKill(MemberIdentity whom, string realm, string reason, string? message, MemberIdentity by) =>
        SessionLog.Killed(logger, whom, realm, reason, message, by);

    /// <summary>A session without a connection has ended.</summary>
    public void Forget(ulong session) => live.Remove(session);
}
