namespace WampRouter.Realms.Dealer;

/// <summary>Where a call went: the callee and the id of the INVOCATION there.</summary>
internal readonly record struct PendingCall(Member Callee, ulong Invocation);

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

    /// <summary>Whether one more is allowed. Only the caller's own loop adds, so the answer holds until it does.</summary>
    public bool HasRoom => Count < capacity;

    /// <summary>Whether a CALL of this id is under way.</summary>
    public bool Contains(ulong request)
    {
        lock (_gate)
        {
            return _byRequest?.ContainsKey(request) is true;
        }
    }

    /// <summary>Notes a call. The caller's loop has made sure that the id is free.</summary>
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

    /// <summary>Ends a call: of all who try, one succeeds, and that one answers the caller.</summary>
    public bool TryRemove(ulong request, ulong invocation)
    {
        lock (_gate)
        {
            return _byRequest is not null
                && _byRequest.TryGetValue(request, out var call)
                && call.Invocation == invocation
                && _byRequest.Remove(request);
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
