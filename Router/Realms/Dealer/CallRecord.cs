using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// What the dealer remembers of a call beyond where it is. Plain calls have none; those with a timeout, those in pieces, and those that
/// may be made again or have to queue have one each, and it is also what they are known by: request ids can return.
/// </summary>
internal sealed class CallRecord(Member caller, ulong request, UriEntry procedure)
{
    private CalleeEndpoint? _occupied;
    private long _due;
    private HeldCall? _held;

    /// <summary>Who called.</summary>
    public Member Caller { get; } = caller;

    /// <summary>CALL.Request</summary>
    public ulong Request { get; } = request;

    /// <summary>What was called.</summary>
    public UriEntry Procedure { get; } = procedure;

    /// <summary>Whether the caller has announced more pieces. Under the lock of the caller's <see cref="PendingCalls"/>.</summary>
    public bool AwaitsMore { get; set; }

    /// <summary>Whether the caller canceled it and waits for the callee's last word. Under the lock of the caller's <see cref="PendingCalls"/>.</summary>
    public bool IsCanceled { get; set; }

    /// <summary>Whether it is made in pieces: it stays with the callee it went to first.</summary>
    public bool IsInPieces { get; init; }

    /// <summary>What the router does for it, where it is the callee; null otherwise.</summary>
    public ICallWork? Work { get; init; }

    /// <summary>The CALL itself, where it may be needed again, until the call ends; of a call in pieces the options of the first.</summary>
    public HeldCall? Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>Why there was no room for a copy that it could be made again with; null: there is one, or none is needed. As <see cref="Endpoint"/>.</summary>
    public Refusal? NoRoom { get; set; }

    /// <summary>Who serves it now. Only whoever routes it uses this, and that is one thread at a time.</summary>
    public CalleeEndpoint? Endpoint { get; set; }

    /// <summary>Who answered that it cannot serve the call now. As <see cref="Endpoint"/>.</summary>
    public List<CalleeEndpoint>? Refusals { get; set; }

    /// <summary>The queue of the registration, where that has one. As <see cref="Endpoint"/>.</summary>
    public CallQueue? Queue { get; set; }

    /// <summary>The time between the call and its first result, and between results, in units of the clock; 0: any.</summary>
    public long TimeLimit { get; set; }

    /// <summary>When the time is over, by the clock. Any thread may put it off.</summary>
    public long Due
    {
        get => Volatile.Read(ref _due);
        set => Volatile.Write(ref _due, value);
    }

    /// <summary>Its place in the <see cref="CallTimeouts"/>, and what it is sorted by there; under the lock of those. -1: it is not in.</summary>
    public int Place { get; set; } = -1;

    /// <inheritdoc cref="Place"/>
    public long SortedBy { get; set; }

    /// <summary>Whether it counts at an endpoint. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public bool IsOccupying => _occupied is not null;

    /// <summary>Gives up <see cref="Held"/>: an abandoned invocation may keep the record for long. Of several who ask at once, one gets it.</summary>
    public HeldCall? TakeHeld() => Interlocked.Exchange(ref _held, null);

    /// <summary>Counts the call at its endpoint. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Occupy(CalleeEndpoint endpoint)
    {
        _occupied = endpoint;
        endpoint.Occupy();
    }

    /// <summary>Undoes <see cref="Occupy"/>, once. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Vacate()
    {
        _occupied?.Vacate();
        _occupied = null;
    }
}
