namespace WampRouter.Realms.Dealer;

/// <summary>
/// The calls that wait because every callee of a registration serves as many as it wants at a time, in the order they came. While one
/// waits, none goes past it. Everything under <see cref="Gate"/>.
/// </summary>
/// <remarks>Lock order: Registrations -> CallQueue -> PendingInvocations. Nothing is lost between "all are busy" and "it waits": whoever makes room comes here afterwards.</remarks>
internal sealed class CallQueue(Registration registration, int capacity)
{
    private readonly LinkedList<CallRecord> _waiting = [];

    /// <summary>Held while a call is offered or put in the queue.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whose calls these are.</summary>
    public Registration Registration { get; } = registration;

    /// <summary>True once the registration has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Whether one more may wait.</summary>
    public bool HasRoom => _waiting.Count < capacity;

    /// <summary>Who waits longest, or null.</summary>
    public CallRecord? First => _waiting.First?.Value;

    /// <summary>Puts a call behind the others.</summary>
    public void Add(CallRecord record) => _waiting.AddLast(record);

    /// <summary>Takes a call out, if it is in. Costs the length of the queue where it is not the first.</summary>
    public void Remove(CallRecord record) => _waiting.Remove(record);

    /// <summary>Lets nobody in any more and returns who waited.</summary>
    public CallRecord[] Close()
    {
        IsClosed = true;
        CallRecord[] waited = [.. _waiting];
        _waiting.Clear();
        return waited;
    }
}
