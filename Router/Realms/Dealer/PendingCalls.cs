namespace WampRouter.Realms.Dealer;

/// <summary>Where a call went: the callee and the id of the INVOCATION there.</summary>
internal readonly record struct PendingCall(Member Callee, ulong Invocation);

/// <summary>Whether a CALL may begin.</summary>
internal enum CallAdmission : byte
{
    /// <summary>It may.</summary>
    Free,

    /// <summary>Its id is that of a call under way.</summary>
    UnderWay,

    /// <summary>The session has as many calls under way as it may.</summary>
    Full,
}

/// <summary>
/// The calls one session has made and not been answered, by CALL.Request. It holds ids, not references into the callee's table, so
/// that nothing is allocated per call and a stale entry can do no harm.
/// </summary>
/// <remarks>Lock order: PendingInvocations -> PendingCalls, never back.</remarks>
internal sealed class PendingCalls(int capacity)
{
    private readonly Lock _gate = new();
    private Dictionary<ulong, PendingCall>? _byRequest;

    /// <summary>How many wait.</summary>
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

    /// <summary>Whether a CALL of this id may begin. Only the caller's own loop adds, so the answer holds until it does.</summary>
    public CallAdmission Admit(ulong request)
    {
        lock (_gate)
        {
            return _byRequest is null ? (capacity > 0 ? CallAdmission.Free : CallAdmission.Full)
                : _byRequest.ContainsKey(request) ? CallAdmission.UnderWay
                : _byRequest.Count >= capacity ? CallAdmission.Full
                : CallAdmission.Free;
        }
    }

    /// <summary>Notes a call that was admitted.</summary>
    public void Add(ulong request, PendingCall call)
    {
        lock (_gate)
        {
            (_byRequest ??= []).Add(request, call);
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

    /// <summary>Ends the call that this invocation serves: of all who try to end a call one succeeds, and that one answers the caller.</summary>
    public bool TryRemove(ulong request, Member callee, ulong invocation)
    {
        lock (_gate)
        {
            return _byRequest is not null
                && _byRequest.TryGetValue(request, out var call)
                && call.Invocation == invocation
                && ReferenceEquals(call.Callee, callee)
                && _byRequest.Remove(request);
        }
    }

    /// <summary>Ends a call wherever it is: see <see cref="TryRemove"/>.</summary>
    public bool TryTake(ulong request, out PendingCall call)
    {
        lock (_gate)
        {
            call = default;
            return _byRequest?.Remove(request, out call) is true;
        }
    }

    /// <summary>Empties the table when the caller leaves.</summary>
    public IReadOnlyCollection<PendingCall> TakeAll()
    {
        lock (_gate)
        {
            var taken = _byRequest;
            _byRequest = null;
            return taken?.Values ?? (IReadOnlyCollection<PendingCall>)[];
        }
    }
}
