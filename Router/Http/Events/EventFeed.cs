using System.Runtime.CompilerServices;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter.Http.Events;

/// <summary>
/// The events of some topics for one client, from where it was (<c>rfc/text/advanced/pubsub_event_history.md</c>): first those of the histories that it has missed, then those that come. Where events may be missing it is told so.
/// </summary>
/// <remarks>
/// Subscribing comes first, so nothing is missed between reading the history and the first event that comes; what comes meanwhile is held, as much as <paramref name="mostHeldBytes"/>. One reader; its session is its own.
/// </remarks>
/// <param name="session">A session of this feed alone.</param>
/// <param name="request">What is wanted.</param>
/// <param name="mostHeldBytes">How much is held while the history is read.</param>
/// <param name="room">What it counts in, together with all that waits for clients.</param>
/// <param name="metrics">Counts gaps.</param>
internal sealed class EventFeed(HttpSession session, EventRequest request, int mostHeldBytes, ByteBudget room, HttpMetrics metrics) : IAsyncDisposable
{
    /// <summary>Events of histories that are remembered: many more than publishers have under way at once.</summary>
    private const int MostTold = 1_000;

    private readonly ulong[] _subscriptions = new ulong[request.Topics.Count];
    private readonly EventPositions _positions = new(request.Topics.Count);
    private readonly bool[] _hasDropped = new bool[request.Topics.Count];      // an event of the topic that there was no room to hold
    private readonly LinkedList<Reply> _held = [];
    private readonly HashSet<ulong> _told = [];             // the last events that histories have given
    private readonly Queue<ulong> _toldInOrder = new();
    private InboundShare _room = new(room);
    private long _heldBytes;
    private long _pageBytes;
    private bool _isResuming;
    private bool _isKnown;      // the place where the client was

    /// <summary>How far the client has come.</summary>
    public string Position => _positions.ToString();

    /// <summary>Subscribes, and finds out where the client begins.</summary>
    /// <param name="lastEventId">What the client has sent as the place where it was; null: it begins now.</param>
    /// <param name="gone">Cancelled when nobody waits any more.</param>
    /// <returns>What is wrong; null: <see cref="ReadAsync"/> may follow.</returns>
    public async Task<Problem?> BeginAsync(string? lastEventId, CancellationToken gone)
    {
        (_isResuming, _isKnown) = (lastEventId is not null, lastEventId is not null && _positions.TryParse(lastEventId));
        for (var topic = 0; topic < _subscriptions.Length; topic++)
        {
            var answer = await AskAsync(request.Subscribes[topic], gone).ConfigureAwait(false);
            if (answer.Code is not MessageCode.Subscribed)
            {
                return Problem.Of(answer);
            }

            _subscriptions[topic] = answer.Subscription;
        }

        if (!_isResuming)
        {
            for (var topic = 0; topic < _subscriptions.Length; topic++)
            {
                _positions[topic] = await FindNewestAsync(topic, gone).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Everything there is to tell the client, in order; it ends with the session.</summary>
    /// <param name="gone">Cancelled when nobody reads any more.</param>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken gone)
    {
        if (_isResuming)
        {
            await foreach (var item in ResumeAsync(gone).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        _pageBytes = 0;
        for (var topic = 0; topic < _hasDropped.Length; topic++)
        {
            if (_hasDropped[topic])
            {
                yield return GapIn(topic, "too many events came at once", "overflow");
            }
        }

        while (_held.First is { } first)
        {
            Release(first);
            if (Tell(first.Value) is { } item)
            {
                yield return item;
            }
        }

        while (await session.IsComingAsync(gone).ConfigureAwait(false))
        {
            while (session.TryTake(out var reply))
            {
                if (Tell(reply) is { } item)
                {
                    yield return item;
                }
            }
        }

        var end = session.End;
        yield return new FeedItem(FeedItem.Closed, JsonBody.OfTexts(("reason", end?.Uri), ("message", end?.Message)), Position);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _room.Clear();
        return session.DisposeAsync();
    }

    /// <summary>What the histories have behind the place where the client was.</summary>
    private async IAsyncEnumerable<FeedItem> ResumeAsync([EnumeratorCancellation] CancellationToken gone)
    {
        for (var topic = 0; topic < _subscriptions.Length; topic++)
        {
            if (_positions[topic] is null)
            {
                _positions[topic] = await FindNewestAsync(topic, gone).ConfigureAwait(false);
                yield return _isKnown ? GapIn(topic, "where the client was in this topic is not known: when it began, the topic had no event history that it may read", "no_history") : GapIn(topic, "the place where the client was (Last-Event-ID, or last_event_id) is none of this request", "unknown_position");
                continue;
            }

            await foreach (var item in CatchUpAsync(topic, gone).ConfigureAwait(false))
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<FeedItem> CatchUpAsync(int topic, [EnumeratorCancellation] CancellationToken gone)
    {
        for (var isComplete = false; !isComplete;)
        {
            _hasDropped[topic] = false;
            var page = await AskAsync(HistoryPage.After(_subscriptions[topic], _positions[topic]!.Value), gone).ConfigureAwait(false);
            if (page.Code is not MessageCode.Result)
            {
                var isForgotten = page.Uri == WampErrors.InvalidArgument && _positions[topic] != EventPositions.Start;
                yield return isForgotten
                    ? GapIn(topic, "the last event is no longer in the history of the topic", "forgotten")
                    : GapIn(topic, $"the event history of the topic cannot be read: {page.Uri}", "unreadable");
                _positions[topic] = isForgotten ? EventPositions.Start : null;
                isComplete = !isForgotten;
                continue;
            }

            if (!_room.TryHold(_heldBytes + (_pageBytes = page.Bytes)))
            {
                _positions[topic] = null;
                yield return GapIn(topic, "the router has no room for the event history at the moment", "pressure");
                break;
            }

            foreach (var stored in HistoryPage.Read(page))
            {
                NoteTold(stored.Event.Publication);
                _positions[topic] = stored.Event.Publication;
                yield return new FeedItem(null, JsonBody.OfEvent(TopicOf(stored.Event, topic), stored.Event, stored.Timestamp), Position);
            }

            // What there was no room for is in the history by now.
            isComplete = !HistoryPage.HasMore(page) && !_hasDropped[topic];
        }
    }

    /// <summary>The last event of a history before those that are held; null where there is no history to read.</summary>
    private async Task<ulong?> FindNewestAsync(int topic, CancellationToken gone)
    {
        var page = await AskAsync(HistoryPage.Newest(_subscriptions[topic], _held.Count + 1), gone).ConfigureAwait(false);
        if (page.Code is not MessageCode.Result)
        {
            return null;
        }

        foreach (var stored in HistoryPage.Read(page))
        {
            if (!_held.Any(held => held.Publication == stored.Event.Publication))
            {
                return stored.Event.Publication;
            }
        }

        return EventPositions.Start;
    }

    /// <summary>Asks, and holds what comes meanwhile: the answer is behind it.</summary>
    private Task<Reply> AskAsync(RequestMessage message, CancellationToken gone) => session.AskAsync(message, Hold, gone);

    private ValueTask Hold(Reply reply)
    {
        if (_heldBytes + reply.Bytes <= mostHeldBytes && _room.TryHold(_pageBytes + _heldBytes + reply.Bytes))
        {
            _held.AddLast(reply);
            _heldBytes += reply.Bytes;
        }
        else if (Array.IndexOf(_subscriptions, reply.Subscription) is >= 0 and var topic)
        {
            _hasDropped[topic] = true;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>An event that the history has given is not to come again: it may be among those that are held, or come behind the history, which has an event before anybody else.</summary>
    private void NoteTold(ulong publication)
    {
        _told.Add(publication);
        _toldInOrder.Enqueue(publication);
        if (_toldInOrder.Count > MostTold)
        {
            _told.Remove(_toldInOrder.Dequeue());
        }

        for (var held = _held.First; held is not null; held = held.Next)
        {
            if (held.Value.Code is MessageCode.Event && held.Value.Publication == publication)
            {
                Release(held);
                return;
            }
        }
    }

    private void Release(LinkedListNode<Reply> held)
    {
        _held.Remove(held);
        _heldBytes -= held.Value.Bytes;
        _room.TryHold(_pageBytes + _heldBytes);
    }

    private FeedItem? Tell(Reply reply)
    {
        if (reply.Code is MessageCode.Unsubscribed)
        {
            return Revoke(reply);
        }

        var topic = Array.IndexOf(_subscriptions, reply.Subscription);
        if (topic < 0 || _told.Remove(reply.Publication))
        {
            return null;
        }

        // A retained event was published before all others: it is no place to go on from.
        var isRetained = reply.FindDetail("retained"u8, out var retained) && retained.TryGetBoolean(out var flag) && flag;
        if (_positions[topic] is not null && !isRetained)
        {
            _positions[topic] = reply.Publication;
        }

        return new FeedItem(null, JsonBody.OfEvent(TopicOf(reply, topic), reply, timestamp: default), Position);
    }

    private FeedItem? Revoke(Reply reply)
    {
        var topic = reply.FindDetail("subscription"u8, out var value) && value.TryGetId(out var id) ? Array.IndexOf(_subscriptions, id) : -1;
        if (topic < 0)
        {
            return null;
        }

        _subscriptions[topic] = 0;
        var reason = reply.FindDetail("reason"u8, out var given) && given.TryGetText(out var text) ? text : null;
        return new FeedItem(FeedItem.Revoked, JsonBody.OfTexts(("topic", request.Topics[topic]), ("reason", reason)), Position);
    }

    private FeedItem GapIn(int topic, string why, string reason)
    {
        metrics.Gap(reason);
        return new FeedItem(FeedItem.Gap, JsonBody.OfTexts(("topic", request.Topics[topic]), ("reason", why)), Position);
    }

    /// <summary>Events of a pattern say what they were published to.</summary>
    private string TopicOf(Reply received, int topic) => received.FindDetail("topic"u8, out var named) && named.TryGetText(out var text) ? text : request.Topics[topic];
}
