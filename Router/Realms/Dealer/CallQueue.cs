namespace WampRouter.Realms.Dealer;

/// <summary>
/// The calls that wait because every callee of a registration has reached its concurrency, in the order they came. While a call
/// waits, no later one is made before it. Everything under <see cref="Gate"/>.
/// </summary>
/// <remarks>Lock order: Registrations -> CallQueue -> PendingInvocations. No call is missed between "all are busy" and "it waits": a thread that makes room pumps the queue afterwards.</remarks>
internal sealed class CallQueue(Registration registration)
{
    private readonly LinkedList<CallRecord> _waiting = [];

    /// <summary>Held while a call is offered or queued.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The registration that the calls wait for.</summary>
    public Registration Registration { get; } = registration;

    /// <summary>True once the registration has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many calls wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>The call that waits longest, or null.</summary>
    public CallRecord? First => _waiting.First?.Value;

    /// <summary>Adds a call at the end.</summary>
    public void Add(CallRecord record) => _waiting.AddLast(record);

    /// <summary>Removes a call, if it is there. Costs the length of the queue unless it is the first.</summary>
    public void Remove(CallRecord record) => _waiting.Remove(record);

    /// <summary>Closes the queue and returns the calls that waited.</summary>
    public CallRecord[] Close()
    {
        IsClosed = true;
        CallRecord[] waited = [.. _waiting];
        _waiting.Clear();
        return waited;
    }
}
