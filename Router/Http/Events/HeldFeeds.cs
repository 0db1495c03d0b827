using System.Collections.Concurrent;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Endpoint;

namespace WampRouter.Http.Events;

/// <summary>The feeds of clients that poll: between two requests of such a client its subscription goes on. Bounded by what bounds connections, of which each has one. Any thread.</summary>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long a client may be without a request, as it is set now.</param>
/// <param name="room">What the answers that are kept count in, together.</param>
internal sealed class HeldFeeds(TimeProvider time, Func<TimeSpan> timeout, ByteBudget room) : IDisposable
{
    private readonly ConcurrentDictionary<string, HeldFeed> _feeds = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();        // guards the timer; nothing is taken under it
    private ITimer? _timer;

    /// <summary>Keeps a feed.</summary>
    /// <param name="feed">The feed, which has begun; it is disposed of here.</param>
    /// <param name="owner">Who has asked for it: see <see cref="HttpEntrance.OwnerOf"/>.</param>
    public HeldFeed Add(EventFeed feed, HttpVisitorKey owner)
    {
        var held = new HeldFeed(UnguessableId.Make(), feed, owner, time, room);
        _feeds[held.Id] = held;
        lock (_gate)
        {
            _timer ??= time.CreateTimer(static me => ((HeldFeeds)me!).Sweep(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }

        return held;
    }

    /// <summary>Finds a feed of somebody; null where he has none of this id.</summary>
    public HeldFeed? Find(string id, HttpVisitorKey owner) => _feeds.TryGetValue(id, out var held) && held.Owner == owner ? held : null;

    /// <summary>Ends a feed.</summary>
    public Task RemoveAsync(HeldFeed held) => _feeds.TryRemove(held.Id, out _) ? held.DisposeAsync().AsTask() : Task.CompletedTask;

    /// <summary>Ends all of them, without waiting for it.</summary>
    public void Dispose()
    {
        foreach (var held in _feeds.Values)
        {
            _ = RemoveAsync(held);
        }

        lock (_gate)
        {
            _timer?.Dispose();
        }
    }

    private void Sweep()
    {
        foreach (var held in _feeds.Values)
        {
            if (held.IsForsaken(timeout()))
            {
                _ = RemoveAsync(held);
            }
        }

        lock (_gate)
        {
            if (_feeds.IsEmpty)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }
}
