using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>One queue of the file. What it holds is counted in memory from the moment it is taken; what waits for the disk is not read yet.</summary>
/// <param name="store">The file.</param>
/// <param name="id">Its row.</param>
/// <param name="found">What was in it.</param>
internal sealed class SqliteDeliveryQueue(SqliteQueueStore store, long id, QueueVolume found) : IDeliveryQueue
{
    private const int EventsOfPage = 32;
    private const long BytesOfPage = 1024 * 1024;

    private readonly Lock _gate = new();        // before SqliteQueueStore._gate
    private QueueBounds _bounds;
    private QueueVolume _volume = found;

    /// <inheritdoc />
    public event Action? Added;

    /// <summary>Its row.</summary>
    public long Id => id;

    /// <summary>The most dead letters.</summary>
    public int MaxDeadLetters
    {
        get
        {
            lock (_gate)
            {
                return _bounds.MaxDeadLetters;
            }
        }
    }

    /// <inheritdoc />
    public QueueVolume Volume
    {
        get
        {
            lock (_gate)
            {
                return _volume;
            }
        }
    }

    /// <inheritdoc />
    public DateTimeOffset? Oldest => store.ReadOldest(id);

    /// <inheritdoc />
    public void Apply(QueueBounds bounds)
    {
        lock (_gate)
        {
            _bounds = bounds;
        }
    }

    /// <inheritdoc />
    public bool TryAdd(string id, DateTimeOffset time, byte[] body)
    {
        lock (_gate)
        {
            if (!_bounds.HaveRoom(_volume, body.Length) || !store.TryEnqueue(new QueueWrite(this, QueueWriteKind.Add) { Id = id, Time = time, Body = body }))
            {
                return false;
            }

            _volume = _volume with { Events = _volume.Events + 1, Bytes = _volume.Bytes + body.Length + QueueBounds.OverheadBytes };
            return true;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<QueuedDelivery> Read(long after) => store.Read(id, after, EventsOfPage, BytesOfPage);

    /// <inheritdoc />
    public void Remove(QueuedDelivery delivered)
    {
        Leave(delivered);
        store.Enqueue(new QueueWrite(this, QueueWriteKind.Remove) { Place = delivered.Place });
    }

    /// <inheritdoc />
    public void Bury(QueuedDelivery failed, DateTimeOffset time, int attempts, string error)
    {
        Leave(failed);
        store.Enqueue(new QueueWrite(this, QueueWriteKind.Bury) { Place = failed.Place, Time = time, Attempts = attempts, Error = error });
    }

    /// <inheritdoc />
    public Task FlushAsync() => store.EnqueueAsync(new QueueWrite(this, QueueWriteKind.Flush));

    /// <inheritdoc />
    public IReadOnlyList<DeadLetter> ReadDeadLetters(int most) => store.ReadDeadLetters(id, most);

    /// <inheritdoc />
    public Task<int> RetryAsync(string? id) => store.EnqueueAsync(new QueueWrite(this, QueueWriteKind.Retry) { Id = id });

    /// <inheritdoc />
    public Task<int> DiscardAsync(string? id) => store.EnqueueAsync(new QueueWrite(this, QueueWriteKind.Discard) { Id = id });

    /// <summary>What was written is on the disk. The writing thread's.</summary>
    /// <param name="change">What there is to read, or to count, that was not before.</param>
    public void Commit(QueueChange change)
    {
        lock (_gate)
        {
            _volume = new QueueVolume(_volume.Events + change.Retried, _volume.Bytes + change.RetriedBytes, change.DeadLetters ?? _volume.DeadLetters);
        }

        if (change.HasNew)
        {
            Added?.Invoke();
        }
    }

    private void Leave(QueuedDelivery delivery)
    {
        lock (_gate)
        {
            _volume = _volume with { Events = _volume.Events - 1, Bytes = _volume.Bytes - delivery.Bytes };
        }
    }
}

/// <summary>What a transaction has done to one queue.</summary>
internal readonly record struct QueueChange(bool HasNew, int Retried, long RetriedBytes, int? DeadLetters);

/// <summary>What is done to a queue.</summary>
internal enum QueueWriteKind : byte
{
    Add,
    Remove,
    Bury,
    Retry,
    Discard,
    Flush,
}

/// <summary>Something on its way to the disk.</summary>
internal sealed record QueueWrite(SqliteDeliveryQueue Queue, QueueWriteKind Kind)
{
    public long Place { get; init; }

    public string? Id { get; init; }

    public DateTimeOffset Time { get; init; }

    public byte[] Body { get; init; } = [];

    public int Attempts { get; init; }

    public string Error { get; init; } = "";

    /// <summary>Who waits for it; null: nobody.</summary>
    public TaskCompletionSource<int>? Done { get; init; }

    /// <summary>What it takes in memory.</summary>
    public long Bytes => Body.Length + QueueBounds.OverheadBytes;
}
