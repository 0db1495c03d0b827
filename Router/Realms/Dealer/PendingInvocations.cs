using WampRouter.Realms.Members;
using WampRouter.Wire;

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

    /// <summary>Whether it serves this call.</summary>
    public bool Serves(Member caller, ulong request) => CallRequest == request && ReferenceEquals(Caller, caller);
}

/// <summary>
/// The invocations one callee has been sent and has not answered, by INVOCATION.Request. Ids are 1, 2, 3… in the order the frames are
/// enqueued, which is why ids are given out and frames enqueued under one lock.
/// </summary>
/// <remarks>
/// An abandoned invocation (canceled, timed out, or its caller gone) is forgotten at once, but for one that takes a place at an endpoint until it is answered. That an answer
/// is only late is told by its id alone, whatever became of the invocations in between: one up to the last that was abandoned or interrupted is no mistake of the callee, which
/// may have answered twice when INTERRUPT crossed its result; one that was answered while nobody had cut it short, or was never given out, is.
/// Lock order: PendingInvocations -> PendingCalls, PendingInvocations -> Outbox.
/// </remarks>
/// <param name="capacity">How many may wait for their answer.</param>
/// <param name="given">How many ids count as given out before the first.</param>
internal sealed class PendingInvocations(int capacity, ulong given = 0)
{
    private readonly Dictionary<ulong, PendingInvocation> _byId = [];
    private ulong _given = given;       // ids so far; the nth is n, and 1 again after the largest
    private ulong _lateUpTo;            // counted like _given: up to this one an answer may be late
    private bool _closed;

    /// <summary>Guards this table; held by the dealer while it gives out an id and enqueues the INVOCATION.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many are kept: not answered, or abandoned and still taking a place. Under <see cref="Gate"/>.</summary>
    public int Count => _byId.Count;

    /// <summary>Whether the bound allows another. Under <see cref="Gate"/>.</summary>
    public bool HasRoom => _byId.Count < capacity;

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

    /// <summary>Notes an invocation about to be enqueued, under the id of <see cref="PrepareId"/>. Under <see cref="Gate"/>.</summary>
    public void Begin(in PendingInvocation invocation)
    {
        _given++;
        _byId.Add(LastId, invocation);
    }

    /// <summary>Undoes the last <see cref="Begin"/>: the frame was not enqueued, and the next gets its id. Under the same hold of <see cref="Gate"/>.</summary>
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

    /// <summary>Whether an answer that finds no invocation is only late, no mistake of the callee. Under <see cref="Gate"/>.</summary>
    public bool IsLate(ulong id)
    {
        var givenSince = (LastId + WampId.Max - id) % WampId.Max;
        return _closed || (givenSince < _given && _given - givenSince <= _lateUpTo);
    }

    /// <summary>Ends the invocation a YIELD or ERROR names. False: there is none, which is the callee's protocol violation.</summary>
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

    /// <summary>Cuts an invocation off from the call it serves; false if it serves it no more. Under <see cref="Gate"/>.</summary>
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

    /// <summary>Whether the callee is still to be told to stop serving this call. Under <see cref="Gate"/>.</summary>
    public bool CanInterrupt(ulong id, Member caller, ulong request, out PendingInvocation invocation) =>
        _byId.TryGetValue(id, out invocation) && invocation.Serves(caller, request) && !invocation.Has(InvocationStates.Interrupted);

    /// <summary>Notes a state of an invocation under way. Under <see cref="Gate"/>.</summary>
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
