using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>Where a call is: its callee and the id of the INVOCATION there, or no callee while it waits in a queue.</summary>
/// <param name="Callee">The callee.</param>
/// <param name="Invocation">The id in the callee's sequence.</param>
/// <param name="Record">The record of the call, if it has one.</param>
/// <param name="Began">When the call began, as a timestamp, if its time is measured; else 0.</param>
internal readonly record struct PendingCall(Member? Callee, ulong Invocation, CallRecord? Record = null, long Began = 0);

/// <summary>What a CALL with some id means.</summary>
internal enum CallAdmission : byte
{
    /// <summary>A new call.</summary>
    New,

    /// <summary>A new call, but the session has as many under way as it may.</summary>
    Full,

    /// <summary>A protocol violation: a call with this id is pending and needs no more pieces.</summary>
    UnderWay,

    /// <summary>The next piece of a pending call.</summary>
    Continuation,

    /// <summary>The next piece of a call that has ended or was canceled; it is ignored.</summary>
    Superfluous,
}

/// <summary>
/// The calls of one session that are not answered yet, by CALL.Request. An entry holds ids, not references into the callee's table: so
/// a plain call allocates nothing, and an outdated entry does no harm.
/// </summary>
/// <remarks>Lock order: PendingInvocations -> PendingCalls, never back.</remarks>
internal sealed class PendingCalls
{
    private readonly Lock _gate = new();
    private Dictionary<ulong, PendingCall>? _byRequest;
    private EndedCalls? _endedEarly;
    private ulong _last;                // the last call's id
    private bool _hasSkippedBack;       // the session does not count its ids up

    /// <summary>How many calls are pending.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byRequest?.Count ?? 0;
            }
        }
    }

    /// <summary>What a CALL of this id is. Only the caller's own loop adds, so a new one stays new until it does.</summary>
    /// <param name="request">CALL.Request</param>
    /// <param name="most">How many calls the session may have under way.</param>
    public CallAdmission Admit(ulong request, int most = int.MaxValue)
    {
        lock (_gate)
        {
            if (_byRequest is not null && _byRequest.TryGetValue(request, out var call))
            {
                return call.Record is not { AwaitsMore: true } ? CallAdmission.UnderWay
                    : call.Record.IsCanceled ? CallAdmission.Superfluous
                    : CallAdmission.Continuation;
            }

            return _endedEarly?.Covers(request, counts: !_hasSkippedBack) is true ? CallAdmission.Superfluous
                : (_byRequest?.Count ?? 0) >= most ? CallAdmission.Full
                : CallAdmission.New;
        }
    }

    /// <summary>Notes a call that was admitted.</summary>
    public void Add(ulong request, PendingCall call)
    {
        lock (_gate)
        {
            (_byRequest ??= []).Add(request, call);
            _hasSkippedBack |= _last != 0 && !WampId.IsAfter(request, _last);
            _last = request;
        }
    }

    /// <summary>Notes where a call is now. False: it has ended, or it was canceled and must not go on.</summary>
    public bool TryMove(CallRecord record, Member? callee, ulong invocation)
    {
        lock (_gate)
        {
            if (!Holds(record) || record.IsCanceled)
            {
                return false;
            }

            _byRequest![record.Request] = _byRequest[record.Request] with { Callee = callee, Invocation = invocation };
            return true;
        }
    }

    /// <summary>Looks a call up without ending it.</summary>
    public bool TryGet(ulong request, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            return _byRequest?.TryGetValue(request, out call) is true;
        }
    }

    /// <summary>Marks a call as canceled, so that it goes to no other callee. False: it has ended.</summary>
    public bool TryCancel(ulong request, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            if (_byRequest?.TryGetValue(request, out call) is not true)
            {
                return false;
            }

            call.Record?.IsCanceled = true;
            return true;
        }
    }

    /// <summary>Notes the next piece of a call. False: the call has ended.</summary>
    public bool TryContinue(ulong request, bool isLast, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            if (_byRequest?.TryGetValue(request, out call) is not true)
            {
                return false;
            }

            call.Record!.AwaitsMore = !isLast;
            return true;
        }
    }

    /// <summary>Whether this invocation serves the call.</summary>
    public bool IsServedBy(ulong request, Member callee, ulong invocation)
    {
        lock (_gate)
        {
            return _byRequest is not null && _byRequest.TryGetValue(request, out var call) && IsAt(call, callee, invocation);
        }
    }

    /// <summary>Ends the call that this invocation serves. If several threads try to end a call, one succeeds, and that one answers the caller.</summary>
    public bool TryRemove(ulong request, Member callee, ulong invocation, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            if (_byRequest?.TryGetValue(request, out call) is not true || !IsAt(call, callee, invocation))
            {
                return false;
            }

            Remove(request, call.Record);
            return true;
        }
    }

    /// <summary>Ends a call wherever it is.</summary>
    public bool TryTake(ulong request, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            if (_byRequest?.TryGetValue(request, out call) is not true)
            {
                return false;
            }

            Remove(request, call.Record);
            return true;
        }
    }

    /// <summary>Ends this very call wherever it is.</summary>
    public bool TryTake(CallRecord record, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            return Holds(record) && _byRequest!.TryGetValue(record.Request, out call) && Remove(record.Request, record);
        }
    }

    /// <summary>Remembers a call that was refused at its first piece, because the others may be on their way.</summary>
    public void RefusedEarly(ulong request)
    {
        lock (_gate)
        {
            (_endedEarly ??= new()).Add(request);
        }
    }

    /// <summary>The last piece of a call that was canceled or has ended has come: no other piece follows with its id.</summary>
    public void LastPieceCame(ulong request)
    {
        lock (_gate)
        {
            if (_byRequest?.TryGetValue(request, out var call) is true)
            {
                call.Record?.AwaitsMore = false;        // canceled, and not answered yet
            }
            else
            {
                _endedEarly?.Remove(request);
            }
        }
    }

    /// <summary>Empties the table when the caller leaves.</summary>
    public IReadOnlyCollection<KeyValuePair<ulong, PendingCall>> TakeAll()
    {
        lock (_gate)
        {
            var taken = _byRequest;
            _byRequest = null;
            return taken ?? (IReadOnlyCollection<KeyValuePair<ulong, PendingCall>>)[];
        }
    }

    private static bool IsAt(in PendingCall call, Member callee, ulong invocation) =>
        call.Invocation == invocation && ReferenceEquals(call.Callee, callee);

    private bool Holds(CallRecord record) =>
        _byRequest is not null && _byRequest.TryGetValue(record.Request, out var call) && ReferenceEquals(call.Record, record);

    private bool Remove(ulong request, CallRecord? record)
    {
        if (record is { AwaitsMore: true })
        {
            (_endedEarly ??= new()).Add(request);
        }

        return _byRequest!.Remove(request);
    }
}
