namespace WampRouter.Storage;

/// <summary>A queue that ends with the process.</summary>
internal sealed class MemoryDeliveryQueue : IDeliveryQueue
{
    private const int EventsOfPage = 32;

    private readonly Lock _gate = new();         // the last in every chain: nothing is taken under it
    private readonly SortedDictionary<long, QueuedDelivery> _waiting = [];
    private readonly List<(DeadLetter Letter, byte[] Body)> _dead = [];      // the oldest first
    private QueueBounds _bounds;
    private long _bytes;
    private long _last;

    /// <inheritdoc />
    public event Action? Added;

    /// <inheritdoc />
    public QueueVolume Volume
    {
        get
        {
            lock (_gate)
            {
                return VolumeUnderLock;
            }
        }
    }

    /// <inheritdoc />
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 ? null : _waiting.First().Value.Time;
            }
        }
    }

    private QueueVolume VolumeUnderLock => new(_waiting.Count, _bytes, _dead.Count);

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
            if (!_bounds.HaveRoom(VolumeUnderLock, body.Length))
            {
                return false;
            }

            Enqueue(id, time, body);
        }

        Added?.Invoke();
        return true;
    }

    /// <inheritdoc />
    public IReadOnlyList<QueuedDelivery> Read(long after)
    {
        lock (_gate)
        {
            return [.. _waiting.Values.SkipWhile(delivery => delivery.Place <= after).Take(EventsOfPage)];
        }
    }

    /// <inheritdoc />
    public void Remove(QueuedDelivery delivered)
    {
        lock (_gate)
        {
            Take(delivered);
        }
    }

    /// <inheritdoc />
    public void Bury(QueuedDelivery failed, DateTimeOffset time, int attempts, string error)
    {
        lock (_gate)
        {
            if (Take(failed))
            {
                _dead.Add((new DeadLetter(failed.Id, failed.Time, time, attempts, error, failed.Body.Length), failed.Body));
                _dead.RemoveRange(0, Math.Max(0, _dead.Count - _bounds.MaxDeadLetters));
            }
        }
    }

    /// <inheritdoc />
    public Task FlushAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public IReadOnlyList<DeadLetter> ReadDeadLetters(int most)
    {
        lock (_gate)
        {
            return [.. _dead.AsEnumerable().Reverse().Take(most).Select(dead => dead.Letter)];
        }
    }

    /// <inheritdoc />
    public Task<int> RetryAsync(string? id)
    {
        int count;
        lock (_gate)
        {
            var retried = _dead.Where(dead => id is null || dead.Letter.Id == id).ToArray();
            foreach (var (letter, body) in retried)
            {
                Enqueue(letter.Id, letter.Time, body);
            }

            count = Forget(id);
        }

        Added?.Invoke();
        return Task.FromResult(count);
    }

    /// <inheritdoc />
    public Task<int> DiscardAsync(string? id)
    {
        lock (_gate)
        {
            return Task.FromResult(Forget(id));
        }
    }

    private void Enqueue(string id, DateTimeOffset time, byte[] body)
    {
        var delivery = new QueuedDelivery(++_last, id, time, body);
        _waiting.Add(delivery.Place, delivery);
        _bytes += delivery.Bytes;
    }

    private bool Take(QueuedDelivery delivery)
    {
        var isThere = _waiting.Remove(delivery.Place);
        _bytes -= isThere ? delivery.Bytes : 0;
        return isThere;
    }

    private int Forget(string? id) => _dead.RemoveAll(dead => id is null || dead.Letter.Id == id);
}
