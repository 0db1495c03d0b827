namespace WampRouter.Http.Webhooks;

/// <summary>What is known of the id of a request.</summary>
internal enum IdState : byte
{
    /// <summary>Nothing: it is taken now.</summary>
    New,

    /// <summary>It is being published.</summary>
    UnderWay,

    /// <summary>It has become an event.</summary>
    Known,
}

/// <summary>The ids of requests that have become events lately, so that no request becomes two. Bounded: the oldest is forgotten. Any thread.</summary>
internal sealed class RecentIds
{
    private readonly Lock _gate = new();        // nothing is taken under it
    private readonly Dictionary<string, (bool IsDone, DateTimeOffset Time)> _known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset Time)> _order = new();

    /// <summary>Takes an id, if nobody has it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="now">The time.</param>
    /// <param name="age">How long ids are remembered: after it the timestamp refuses them.</param>
    /// <param name="most">How many are.</param>
    public IdState Take(string id, DateTimeOffset now, TimeSpan age, int most)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (oldest.Time + age < now || _order.Count >= most))
            {
                _order.Dequeue();
                if (_known.TryGetValue(oldest.Id, out var known) && known.Time == oldest.Time)
                {
                    _known.Remove(oldest.Id);
                }
            }

            if (_known.TryGetValue(id, out var found))
            {
                return found.IsDone ? IdState.Known : IdState.UnderWay;
            }

            _known[id] = (false, now);
            _order.Enqueue((id, now));
            return IdState.New;
        }
    }

    /// <summary>It has become an event.</summary>
    public void Confirm(string id)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(id, out var found))
            {
                _known[id] = found with { IsDone = true };
            }
        }
    }

    /// <summary>It has not: it may come again.</summary>
    public void Release(string id)
    {
        lock (_gate)
        {
            _known.Remove(id);
        }
    }
}
