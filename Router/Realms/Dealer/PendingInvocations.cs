using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>The states of a pending invocation.</summary>
[Flags]
internal enum InvocationStates : byte
{
    None = 0,

    /// <summary>The callee was told to stop.</summary>
    Interrupted = 1,

    /// <summary>The callee may send progressive results.</summary>
    ReceivesProgress = 2,

    /// <summary>The callee has sent a progressive result.</summary>
    Progressed = 4,
}

/// <summary>The call that an invocation serves. Without a caller it is abandoned, and its answer will be discarded.</summary>
internal readonly record struct PendingInvocation(Member? Caller, ulong CallRequest, CallRecord? Record, InvocationStates States)
{
    /// <summary>Whether the invocation is in this state.</summary>
    public bool Has(InvocationStates state) => (States & state) != 0;

    /// <summary>Whether the invocation serves this call.</summary>
    public bool Serves(Member caller, ulong request) => CallRequest == request && ReferenceEquals(Caller, caller);
}

/// <summary>
/// The invocations that one callee got and has not answered, by INVOCATION.Request. Ids are 1, 2, 3… in the order in which the frames are
/// enqueued. Therefore ids are given out and frames enqueued under the same lock.
/// </summary>
/// <remarks>
/// An abandoned invocation (canceled, timed out, or its caller gone) is removed at once, unless it counts for the concurrency of an endpoint until it is answered.
/// An answer whose invocation is not found is judged by its id alone. Up to the last id that was abandoned or interrupted, it counts as late: the callee
/// may even have answered twice, when INTERRUPT crossed its result. After that id it is a protocol violation: the invocation was answered normally before, or its id was never given out.
/// Lock order: PendingInvocations -> PendingCalls, PendingInvocations -> Outbox.
/// </remarks>
/// <param name="given">How many ids count as given out before the first.</param>
internal sealed class PendingInvocations(ulong given = 0)
{
    private readonly Dictionary<ulong, PendingInvocation> _byId = [];
    private ulong _given = given;       // how many ids so far; the nth id is n, and after the largest id they start again at 1
    private ulong _lateUpTo;            // counted like _given: answers to ids up to this one may be late
    private bool _closed;

    /// <summary>Guards this table. The dealer holds it while it gives out an id and enqueues the INVOCATION.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many are kept: pending, or abandoned but still counted at an endpoint. Under <see cref="Gate"/>.</summary>
    public int Count => _byId.Count;

    private ulong NextId => WampId.After(LastId);

    private ulong LastId => _given == 0 ? 0 : ((_given - 1) % WampId.Max) + 1;

    /// <summary>The id the next <see cref="Begin"/> gives out. Under <see cref="Gate"/>.</summary>
    public ulong PrepareId()
    {
        // Once they have begun again at 1, one may still be in use.
        while (_given >= WampId.Max && _byId.ContainsKey(NextId))
        {
            _given++;
        }

        return NextId;
    }

    /// <summary>Adds an invocation that is about to be enqueued, with the id of <see cref="PrepareId"/>. Under <see cref="Gate"/>.</summary>
    public void Begin(in PendingInvocation invocation)
    {
        _given++;
        _byId.Add(LastId, invocation);
    }

    /// <summary>Undoes the last <see cref="Begin"/>, because the frame was not enqueued; the next invocation gets its id. Under the same hold of <see cref="Gate"/>.</summary>
    public void TakeBack()
    {
        if (_byId.Remove(LastId, out var invocation))
        {
            invocation.Record?.Vacate();
            _given--;
        }
    }

    /// <summary>Looks an invocation up without ending it. Under <see cref="Gate"/>.</summary>
    public bool TryGet(ulong id, out PendingInvocation invocation) => _byId.TryGetValue(id, out invocation);

    /// <summary>Whether an answer whose invocation is not found is only late, and not a protocol violation. Under <see cref="Gate"/>.</summary>
    public bool IsLate(ulong id)
    {
        var givenSince = (LastId + WampId.Max - id) % WampId.Max;
        return _closed || (givenSince < _given && _given - givenSince <= _lateUpTo);
    }

    /// <summary>Ends the invocation that a YIELD or ERROR names. False: there is none, which is a protocol violation of the callee.</summary>
    public bool TryEnd(ulong id, out PendingInvocation invocation)
    {
        lock (Gate)
        {
            if (!_byId.Remove(id, out invocation))
            {
                return IsLate(id);
            }

            invocation.Record?.Vacate();
            return true;
        }
    }

    /// <summary>Separates an invocation from the call it serves; false if it no longer serves it. Under <see cref="Gate"/>.</summary>
    public bool TryAbandon(ulong id, Member caller, ulong request)
    {
        if (!_byId.TryGetValue(id, out var invocation) || !invocation.Serves(caller, request))
        {
            return false;
        }

        ExpectLate(id);
        if (invocation.Has(InvocationStates.Interrupted))
        {
            invocation.Record?.Vacate();        // it need not answer
        }

        if (invocation.Record is { IsOccupying: true })
        {
            _byId[id] = invocation with { Caller = null };
        }
        else
        {
            _byId.Remove(id);
        }

        return true;
    }

    /// <summary>Whether the invocation serves this call and was not interrupted yet. Under <see cref="Gate"/>.</summary>
    public bool CanInterrupt(ulong id, Member caller, ulong request, out PendingInvocation invocation) =>
        _byId.TryGetValue(id, out invocation) && invocation.Serves(caller, request) && !invocation.Has(InvocationStates.Interrupted);

    /// <summary>Adds a state to a pending invocation. Under <see cref="Gate"/>.</summary>
    public void Note(ulong id, in PendingInvocation invocation, InvocationStates state)
    {
        _byId[id] = invocation with { States = invocation.States | state };
        if (state == InvocationStates.Interrupted)
        {
            ExpectLate(id);
        }
    }

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

    private void ExpectLate(ulong id) => _lateUpTo = Math.Max(_lateUpTo, _given - ((LastId + WampId.Max - id) % WampId.Max));
}
