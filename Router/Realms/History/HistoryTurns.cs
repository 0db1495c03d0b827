namespace WampRouter.Realms.History;

/// <summary>
/// Whose turn it is to read a history. One reading of a session runs at a time, and a few in the realm; the others wait, and sessions take turns, so that who asks
/// for much waits longer and nobody else does. Any thread.
/// </summary>
internal sealed class HistoryTurns(RealmLimits limits)
{
    private static readonly Refusal TooManyOfSession = Refusal.LimitOf("this session has", "histories being read", "maxHistoryReadsPerSession");
    private static readonly Refusal TooMany = Refusal.LimitOf("the realm has", "readings of histories that wait", "maxWaitingHistoryReads");

    private readonly Lock _gate = new();      // the last in every chain: nothing is taken under it
    private readonly Dictionary<Member, SessionReads> _bySession = [];
    private readonly LinkedList<SessionReads> _ready = [];       // sessions of which one waits and none runs
    private int _count;
    private int _running;

    /// <summary>Readings under way: those that run and those that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Lets a reading in, or says why not. <see cref="Leave"/> must follow.</summary>
    public Refusal? Enter(Member reader)
    {
        lock (_gate)
        {
            var reads = _bySession.GetValueOrDefault(reader);
            if (reads?.Count >= limits.MaxHistoryReadsPerSession)
            {
                return TooManyOfSession;
            }

            if (_count >= limits.MaxHistoryReads + limits.MaxWaitingHistoryReads)
            {
                return TooMany;
            }

            if (reads is null)
            {
                _bySession.Add(reader, reads = new SessionReads());
            }

            reads.Count++;
            _count++;
            return null;
        }
    }

    /// <summary>Completes when it is a reading's turn; <see cref="GiveBack"/> must follow. False: it was <see cref="Stop">stopped</see> before.</summary>
    public Task<bool> TakeAsync(HistoryRead read)
    {
        lock (_gate)
        {
            if (read.IsStopped)
            {
                return Task.FromResult(false);
            }

            var reads = _bySession[read.Reader];
            if (!reads.IsRunning && reads.Waiting.Count == 0 && _ready.Count == 0 && _running < limits.MaxHistoryReads)
            {
                Start(reads);
                return Task.FromResult(true);
            }

            read.Turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            reads.Waiting.AddLast(read);
            Line(reads);
            return read.Turn.Task;
        }
    }

    /// <summary>Ends a turn; the next one begins, on a thread of the pool. True where others were waiting.</summary>
    public bool GiveBack(HistoryRead read)
    {
        lock (_gate)
        {
            var reads = _bySession[read.Reader];
            reads.IsRunning = false;
            _running--;
            Line(reads);
            var isWanted = _ready.Count > 0;
            while (_running < limits.MaxHistoryReads && _ready.First?.Value is { } next)
            {
                var first = next.Waiting.First!.Value;
                next.Waiting.RemoveFirst();
                Start(next);
                Line(next);
                first.Turn!.SetResult(true);
            }

            return isWanted;
        }
    }

    /// <summary>A reading that waits waits no longer, and makes room for another one. One that runs is not touched.</summary>
    public void Stop(HistoryRead read)
    {
        lock (_gate)
        {
            if (_bySession.TryGetValue(read.Reader, out var reads) && reads.Waiting.Remove(read))
            {
                Line(reads);
                TakeOut(read);
                read.Turn!.SetResult(false);
            }
        }
    }

    /// <summary>A reading is over. Idempotent.</summary>
    public void Leave(HistoryRead read)
    {
        lock (_gate)
        {
            if (!read.HasLeft)
            {
                TakeOut(read);
            }
        }
    }

    private void TakeOut(HistoryRead read)
    {
        read.HasLeft = true;
        _count--;
        var reads = _bySession[read.Reader];
        if (--reads.Count == 0)
        {
            _bySession.Remove(read.Reader);
        }
    }

    private void Start(SessionReads reads)
    {
        reads.IsRunning = true;
        _running++;
    }

    /// <summary>Puts a session at the end of the line, or takes it out, as it should be.</summary>
    private void Line(SessionReads reads)
    {
        var isDue = !reads.IsRunning && reads.Waiting.Count > 0;
        if (isDue && reads.Place.List is null)
        {
            _ready.AddLast(reads.Place);
        }
        else if (!isDue && reads.Place.List is not null)
        {
            _ready.Remove(reads.Place);
        }
    }

    /// <summary>The readings of one session.</summary>
    private sealed class SessionReads
    {
        public SessionReads() => Place = new LinkedListNode<SessionReads>(this);

        /// <summary>Those that run or wait.</summary>
        public int Count { get; set; }

        public bool IsRunning { get; set; }

        public LinkedList<HistoryRead> Waiting { get; } = [];

        /// <summary>Its place in the line.</summary>
        public LinkedListNode<SessionReads> Place { get; }
    }
}
