namespace WampRouter.Storage;

/// <summary>Where events wait that are to be delivered.</summary>
internal enum QueueStore : byte
{
    /// <summary>In a SQLite file: they are delivered after a restart.</summary>
    Sqlite,

    /// <summary>In memory: lost when the router stops.</summary>
    Memory,
}

/// <summary>What a queue may hold.</summary>
/// <param name="MaxEvents">The most events; a further one is refused.</param>
/// <param name="MaxBytes">Their bytes, with overhead for each.</param>
/// <param name="MaxDeadLetters">The most dead letters; a further one removes the oldest.</param>
internal readonly record struct QueueBounds(int MaxEvents, long MaxBytes, int MaxDeadLetters)
{
    /// <summary>What an event takes beside its body.</summary>
    public const int OverheadBytes = 128;

    /// <summary>Whether there is room for another event.</summary>
    public bool HaveRoom(QueueVolume volume, int bodyBytes) => volume.Events < MaxEvents && volume.Bytes + bodyBytes + OverheadBytes <= MaxBytes;
}

/// <summary>How much is in a queue.</summary>
internal readonly record struct QueueVolume(int Events, long Bytes, int DeadLetters);

/// <summary>An event that waits.</summary>
/// <param name="Place">Its place in the order of the queue; grows.</param>
/// <param name="Id">Tells it from others, and stays.</param>
/// <param name="Time">When it came.</param>
/// <param name="Body">What is to be delivered.</param>
internal sealed record QueuedDelivery(long Place, string Id, DateTimeOffset Time, byte[] Body)
{
    /// <summary>Its share of the bound.</summary>
    public long Bytes => Body.Length + QueueBounds.OverheadBytes;
}

/// <summary>An event that could not be delivered, and is kept until somebody decides.</summary>
/// <param name="Id">As that of the event.</param>
/// <param name="Time">When it came.</param>
/// <param name="Died">When it was given up.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What came of the last attempt.</param>
/// <param name="Bytes">The length of its body.</param>
internal sealed record DeadLetter(string Id, DateTimeOffset Time, DateTimeOffset Died, int Attempts, string Error, int Bytes);

/// <summary>
/// Events on their way to one receiver, in the order in which they came, and those that were given up. Any thread. Whoever delivers reads on from a place; what it has read stays in the queue until it is removed, so that nothing is lost
/// between the two.
/// </summary>
internal interface IDeliveryQueue
{
    /// <summary>There is something new to read. Raised on any thread; must not wait.</summary>
    event Action? Added;

    /// <summary>How much is in it.</summary>
    QueueVolume Volume { get; }

    /// <summary>When the event at its head came; null where none waits.</summary>
    DateTimeOffset? Oldest { get; }

    /// <summary>Other bounds hold from here on. Nothing is removed for lower ones but dead letters, with the next one.</summary>
    void Apply(QueueBounds bounds);

    /// <summary>Takes an event; false where there is no room. Never waits: it can be read a little later.</summary>
    bool TryAdd(string id, DateTimeOffset time, byte[] body);

    /// <summary>The events behind a place, in order: a page of them.</summary>
    /// <param name="after">The place; 0: from the head.</param>
    IReadOnlyList<QueuedDelivery> Read(long after);

    /// <summary>An event was delivered.</summary>
    void Remove(QueuedDelivery delivered);

    /// <summary>An event is given up.</summary>
    void Bury(QueuedDelivery failed, DateTimeOffset time, int attempts, string error);

    /// <summary>Completes when all that was asked before is done: whoever reads after it finds nothing that was removed.</summary>
    /// <exception cref="IOException">It cannot be written now.</exception>
    Task FlushAsync();

    /// <summary>The dead letters, the latest first.</summary>
    IReadOnlyList<DeadLetter> ReadDeadLetters(int most);

    /// <summary>Puts dead letters back, behind those that wait. Tells how many.</summary>
    /// <param name="id">Which one; null: all.</param>
    Task<int> RetryAsync(string? id);

    /// <summary>Forgets dead letters. Tells how many.</summary>
    /// <param name="id">Which one; null: all.</param>
    Task<int> DiscardAsync(string? id);
}

/// <summary>Keeps queues that outlive the process. The library has none of its own: the package <c>WampRouter.Sqlite</c> has. Any thread.</summary>
internal interface IDurableQueues
{
    /// <summary>The queue of a name, as it was left.</summary>
    /// <exception cref="EventHistoryException">It cannot be opened, or another router has it.</exception>
    IDeliveryQueue Open(string realm, string name, QueueBounds bounds);

    /// <summary>What is missing on this machine for any of them to be kept, as the end of a sentence; null: nothing.</summary>
    string? Missing { get; }

    /// <summary>Why events could not be written lately, for people; null: they can.</summary>
    string? Trouble { get; }
}
