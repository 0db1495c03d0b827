using System.Runtime.InteropServices;
using WampRouter.Realms.Members;
using WampRouter.Realms.Policies;

namespace WampRouter.Realms.History;

/// <summary>
/// Decides when a reading of a history may run. A session runs one reading at a time, and the realm runs a few; the others wait. Sessions take turns, so a session that
/// asks for many waits longer and delays no other. Any thread.
/// </summary>
/// <param name="policy">Says how many readings may run at the same time.</param>
internal sealed class HistoryTurns(LivePolicy policy)
{
    private readonly Lock _gate = new();      // the last in every chain: nothing is taken under it
    private readonly Dictionary<Member, SessionReads> _bySession = [];
    private readonly LinkedList<SessionReads> _ready = [];       // sessions that have a reading waiting and none running
    private int _running;

    private int AtATime => policy.Current.Limits.MaxHistoryReads;

    /// <summary>Waits for the turn of a reading. True: <see cref="GiveBack"/> must follow. False: it was <see cref="TryStop">stopped</see> first.</summary>
    public Task<bool> TakeAsync(HistoryRead read)
    {
        lock (_gate)
        {
            if (read.IsStopped)
            {
                return Task.FromResult(false);
            }

            ref var reads = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySession, read.Reader, out _);
            reads ??= new SessionReads();
            if (!reads.IsRunning && reads.Waiting.Count == 0 && _ready.Count == 0 && _running < AtATime)
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

    /// <summary>Ends a turn; the next reading continues on a thread of the pool. Returns whether other sessions were waiting.</summary>
    public bool GiveBack(HistoryRead read)
    {
        lock (_gate)
        {
            var reads = _bySession[read.Reader];
            reads.IsRunning = false;
            _running--;
            Line(reads);
            Forget(read.Reader, reads);
            var isWanted = _ready.Count > 0;
            while (_running < AtATime && _ready.First?.Value is { } next)
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

    /// <summary>Takes a waiting reading out of the line. False if it does not wait; a running one is not touched.</summary>
    public bool TryStop(HistoryRead read)
    {
        lock (_gate)
        {
            if (!_bySession.TryGetValue(read.Reader, out var reads) || !reads.Waiting.Remove(read))
            {
                return false;
            }

            Line(reads);
            Forget(read.Reader, reads);
            read.Turn!.SetResult(false);
            return true;
        }
    }

    private void Forget(Member reader, SessionReads reads)
    {
        if (!reads.IsRunning && reads.Waiting.Count == 0)
        {
            _bySession.Remove(reader);
        }
    }

    private void Start(SessionReads reads)
    {
        reads.IsRunning = true;
        _running++;
    }

    /// <summary>Puts a session at the end of the line if it has a reading to run and is not in it; takes it out if it has none.</summary>
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

        public bool IsRunning { get; set; }

        public LinkedList<HistoryRead> Waiting { get; } = [];

        /// <summary>Its place in the line.</summary>
        public LinkedListNode<SessionReads> Place { get; }
    }
}
