namespace WampRouter.Realms.Dealer;

/// <summary>What an invocation is for. Without a caller it is abandoned: its answer will be discarded.</summary>
internal readonly record struct PendingInvocation(Member? Caller, ulong CallRequest, bool Interrupted = false);

/// <summary>
/// The invocations one callee has been sent and has not answered, by INVOCATION.Request. Ids are 1, 2, 3… in the order the frames are
/// enqueued, which is why ids are given out and frames enqueued under one lock. An abandoned invocation (canceled, or its caller
/// gone) stays until its answer comes, so a late answer and one that was never asked for can be told apart. An interrupted callee need
/// not answer at all, so only the latest abandoned invocations are kept; answers to forgotten ones are discarded too.
/// </summary>
/// <remarks>Lock order: PendingInvocations -> PendingCalls, PendingInvocations -> Outbox.</remarks>
internal sealed class PendingInvocations(int capacity)
{
    /// <summary>Abandoned invocations kept for each callee.</summary>
    private const int MostAbandoned = 1_000;

    private readonly Dictionary<ulong, PendingInvocation> _byId = [];
    private Queue<ulong>? _abandonments;     // the ids as they were abandoned; also of some answered since
    private int _abandoned;
    private ulong _lastForgotten;
    private ulong _lastId;
    private bool _closed;

    /// <summary>Guards this table; held by the dealer while it gives out an id and enqueues the INVOCATION.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many the callee has not answered, abandoned ones included. Under <see cref="Gate"/>.</summary>
    public int Count => _byId.Count;

    /// <summary>Whether the callee has left. Under <see cref="Gate"/>.</summary>
    public bool IsClosed => _closed;

    /// <summary>Whether the bound allows another; abandoned ones do not count. Under <see cref="Gate"/>.</summary>
    public bool HasRoom => _byId.Count - _abandoned < capacity;

    /// <summary>The id the next <see cref="Begin"/> gives out. Under <see cref="Gate"/>.</summary>
    public ulong NextId => (_lastId % WampId.Max) + 1;

    /// <summary>Notes an invocation about to be enqueued and returns its id. Under <see cref="Gate"/>.</summary>
    public ulong Begin(Member caller, ulong callRequest)
    {
        _lastId = NextId;
        _byId.Add(_lastId, new PendingInvocation(caller, callRequest));
        return _lastId;
    }

    /// <summary>Ends the invocation a YIELD or ERROR names. False: there is none, which is the callee's protocol violation.</summary>
    public bool TryEnd(ulong id, out PendingInvocation invocation)
    {
        lock (Gate)
        {
            if (!_byId.Remove(id, out invocation))
            {
                return _closed || id <= _lastForgotten;
            }

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
        if (!_byId.TryGetValue(id, out var invocation) || invocation.Interrupted || invocation.Caller is null)
        {
            return false;
        }

        _byId[id] = invocation with { Interrupted = true };
        return true;
    }

    /// <summary>Empties the table when the callee leaves; nothing can be begun afterwards.</summary>
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
        // Answered since, or taken up again under the same id after 2^53 others: then it is not ours to forget.
        if (_byId.TryGetValue(id, out var invocation) && invocation.Caller is null)
        {
            _byId.Remove(id);
            _abandoned--;
            _lastForgotten = Math.Max(_lastForgotten, id);
        }
    }
}
