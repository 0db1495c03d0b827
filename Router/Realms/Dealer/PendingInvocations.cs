namespace WampRouter.Realms.Dealer;

/// <summary>What holds for an invocation under way.</summary>
[Flags]
internal enum InvocationStates : byte
{
    None = 0,

    /// <summary>The callee was told to stop.</summary>
    Interrupted = 1,

    /// <summary>The callee may answer in pieces.</summary>
    ReceivesProgress = 2,

    /// <summary>It has answered in part.</summary>
    Progressed = 4,
}

/// <summary>What an invocation is for. Without a caller it is abandoned: its answer will be discarded.</summary>
internal readonly record struct PendingInvocation(Member? Caller, ulong CallRequest, CallRecord? Record, InvocationStates States)
{
    /// <summary>Whether it is in this state.</summary>
    public bool Has(InvocationStates state) => (States & state) != 0;
}

/// <summary>
/// The invocations one callee has been sent and has not answered, by INVOCATION.Request. Ids are 1, 2, 3… in the order the frames are
/// enqueued, which is why ids are given out and frames enqueued under one lock. An abandoned invocation (canceled, or its caller
/// gone) stays until its answer comes, so a late answer and one that was never asked for can be told apart. An interrupted callee need
/// not answer at all, so only the latest abandoned invocations are kept; answers to forgotten ones are discarded too.
/// </summary>
/// <param name="capacity">How many may be under way.</param>
/// <param name="lastId">The id before the first: 0, but in tests of what comes after 2^53.</param>
/// <remarks>Lock order: PendingInvocations -> PendingCalls, PendingInvocations -> Outbox.</remarks>
internal sealed class PendingInvocations(int capacity, ulong lastId = 0)
{
    /// <summary>Abandoned invocations kept for each callee.</summary>
    private const int MostAbandoned = 1_000;

    private readonly Dictionary<ulong, PendingInvocation> _byId = [];
    private Queue<ulong>? _abandonments;     // the ids as they were abandoned; also of some answered since
    private int _abandoned;
    private ulong _lastForgotten;
    private ulong _lastId = lastId;
    private bool _closed;

    /// <summary>Guards this table; held by the dealer while it gives out an id and enqueues the INVOCATION.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many the callee has not answered, abandoned ones included. Under <see cref="Gate"/>.</summary>
    public int Count => _byId.Count;

    /// <summary>Whether the bound allows another; abandoned ones do not count. Under <see cref="Gate"/>.</summary>
    public bool HasRoom => _byId.Count - _abandoned < capacity;

    /// <summary>The id the next <see cref="Begin"/> gives out. Under <see cref="Gate"/>.</summary>
    public ulong NextId => (_lastId % WampId.Max) + 1;

    /// <summary>Notes an invocation about to be enqueued, under <see cref="NextId"/>. Under <see cref="Gate"/>.</summary>
    public void Begin(in PendingInvocation invocation)
    {
        _lastId = NextId;
        _byId.Add(_lastId, invocation);
    }

    /// <summary>Looks an invocation up without ending it. Under <see cref="Gate"/>.</summary>
    public bool TryGet(ulong id, out PendingInvocation invocation) => _byId.TryGetValue(id, out invocation);

    /// <summary>Whether an answer that finds no invocation is only late, no mistake of the callee. Under <see cref="Gate"/>.</summary>
    public bool IsForgotten(ulong id) => _closed || id <= _lastForgotten;

    /// <summary>Ends the invocation a YIELD or ERROR names. False: there is none, which is the callee's protocol violation.</summary>
    public bool TryEnd(ulong id, out PendingInvocation invocation)
    {
        lock (Gate)
        {
            if (!_byId.Remove(id, out invocation))
            {
                return IsForgotten(id);
            }

            invocation.Record?.Vacate();
            _abandoned -= invocation.Caller is null ? 1 : 0;
            return true;
        }
    }

    /// <summary>Forgets the caller of an invocation; false if it had ended or was abandoned already. Under <see cref="Gate"/>.</summary>
    public bool TryAbandon(ulong id)
    {
        if (!_byId.TryGetValue(id, out var invocation) || invocation.Caller is null)
        {
            return false;
        }

        if (invocation.Has(InvocationStates.Interrupted))
        {
            invocation.Record?.Vacate();        // it need not answer
        }

        _byId[id] = invocation with { Caller = null };
        _abandoned++;
        _abandonments ??= new();
        _abandonments.Enqueue(id);
        if (_abandonments.Count > MostAbandoned)
        {
            Forget(_abandonments.Dequeue());
        }

        return true;
    }

    /// <summary>Notes that the callee was told to stop; false if there is nothing to stop, or it was told before. Under <see cref="Gate"/>.</summary>
    public bool TryInterrupt(ulong id)
    {
        if (!_byId.TryGetValue(id, out var invocation) || invocation.Has(InvocationStates.Interrupted) || invocation.Caller is null)
        {
            return false;
        }

        Note(id, invocation, InvocationStates.Interrupted);
        return true;
    }

    /// <summary>Notes a state of an invocation under way. Under <see cref="Gate"/>.</summary>
    public void Note(ulong id, in PendingInvocation invocation, InvocationStates state) =>
        _byId[id] = invocation with { States = invocation.States | state };

    /// <summary>Empties the table when the callee leaves; all its endpoints are closed already.</summary>
    public KeyValuePair<ulong, PendingInvocation>[] Close()
    {
        lock (Gate)
        {
            _closed = true;
            var taken = _byId.ToArray();
            _byId.Clear();
            return taken;
        }
    }

    private void Forget(ulong id)
    {
        // Not where it was answered since. Nor where its answer makes room for another call: there are never many of those.
        if (_byId.TryGetValue(id, out var invocation) && invocation.Caller is null && invocation.Record is not { IsOccupying: true })
        {
            _byId.Remove(id);
            _abandoned--;
            _lastForgotten = Math.Max(_lastForgotten, id);
        }
    }
}
