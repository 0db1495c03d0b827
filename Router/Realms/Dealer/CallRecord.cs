using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// What the dealer keeps of a call besides its place in the tables. A plain call has no record. A call has one if it has a time limit, comes in pieces, may be rerouted, or has to
/// wait in a queue. Such a call is identified by its record, because request ids may be used again.
/// </summary>
internal sealed class CallRecord(Member caller, in Origin origin, Role role, ulong request, UriEntry procedure)
{
    private CalleeEndpoint? _occupied;
    private long _due;
    private Copy? _held;

    /// <summary>Who gets the answer: the caller, or the link to where he is.</summary>
    public Member Caller { get; } = caller;

    /// <summary>The caller, as far as callees are told.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>What the caller may do, by the policy that judged the call: it holds until the call ends.</summary>
    public Role Role { get; } = role;

    /// <summary>CALL.Request</summary>
    public ulong Request { get; } = request;

    /// <summary>The procedure.</summary>
    public UriEntry Procedure { get; } = procedure;

    /// <summary>What the caller may do with the procedure, which holds until the call ends as well.</summary>
    public Permissions Permissions { get; init; }

    /// <summary>Whether the caller has announced more pieces. Under the lock of the caller's <see cref="PendingCalls"/>.</summary>
    public bool AwaitsMore { get; set; }

    /// <summary>Whether the caller canceled it and waits for the callee's answer. Under the lock of the caller's <see cref="PendingCalls"/>.</summary>
    public bool IsCanceled { get; set; }

    /// <summary>Whether it comes in pieces; all pieces go to the same callee.</summary>
    public bool IsInPieces { get; init; }

    /// <summary>The router's own work for the call, where the router is the callee; else null.</summary>
    public ICallWork? Work { get; init; }

    /// <summary>A copy of the CALL, if it may be needed again, until the call ends. For a call in pieces: only the options of the first piece.</summary>
    public Copy? Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>Why there was no room for a copy; null: there is one, or none is needed. Threading as for <see cref="Endpoint"/>.</summary>
    public Refusal? NoRoom { get; set; }

    /// <summary>The callee that serves it now. Used only by the thread that routes the call; there is one at a time.</summary>
    public CalleeEndpoint? Endpoint { get; set; }

    /// <summary>The callees that answered that they cannot serve the call now. Threading as for <see cref="Endpoint"/>.</summary>
    public List<CalleeEndpoint>? Refusals { get; set; }

    /// <summary>The queue of the registration, if it has one. Threading as for <see cref="Endpoint"/>.</summary>
    public CallQueue? Queue { get; set; }

    /// <summary>The longest time from the call to its first result, and between results, in units of the clock; 0: no limit.</summary>
    public long TimeLimit { get; set; }

    /// <summary>When the time is over, as a timestamp of the clock. Any thread may set a later one.</summary>
    public long Due
    {
        get => Volatile.Read(ref _due);
        set => Volatile.Write(ref _due, value);
    }

    /// <summary>Its place in the heap of <see cref="CallTimeouts"/>, and its key there; under the lock of that class. -1: it is not there.</summary>
    public int Place { get; set; } = -1;

    /// <inheritdoc cref="Place"/>
    public long SortedBy { get; set; }

    /// <summary>Whether it counts for the concurrency of an endpoint. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public bool IsOccupying => _occupied is not null;

    /// <summary>Clears <see cref="Held"/>, because an abandoned invocation may keep the record for long. If several threads call it, one gets the copy.</summary>
    public Copy? TakeHeld() => Interlocked.Exchange(ref _held, null);

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

    /// <summary>A copy of a CALL, for calls that are routed again or later. Immutable.</summary>
    public sealed class Copy(WireFormat format, ReadOnlySpan<byte> options, in Payload payload)
    {
        /// <summary>Roughly what the copy and the record take besides the content, so that a call without arguments counts too.</summary>
        private const int OverheadBytes = 256;

        private readonly byte[] _options = options.ToArray();
        private readonly byte[] _payload = payload.ToArray();
        private readonly int _payloadCount = payload.Count;

        /// <summary>The memory it takes, in bytes.</summary>
        public int Bytes => OverheadBytes + _options.Length + _payload.Length;

        /// <summary>The CALL as copied, without id and procedure, which the record has. Its options have been checked before.</summary>
        public WampMessage Message => new() { Code = MessageCode.Call, Format = format, Options = _options, Payload = new Payload(format, _payload, _payloadCount) };
    }
}
