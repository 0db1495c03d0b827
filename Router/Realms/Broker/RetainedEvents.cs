using System.Runtime.InteropServices;
using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// The events that publishers asked to retain for later subscribers (<c>rfc/text/advanced/pubsub_event_retention.md</c>): for each topic the most recent
/// one, and others that some subscribers must get in its place. Bounded in number, bytes and age; beyond that the oldest are forgotten.
/// </summary>
/// <remarks>
/// Every event has a number. A subscriber stores the number of the last event retained before it joined, and gets no EVENT of a publication with a number up to it. So an event
/// retained while it joins is never lost, sent twice, or sent in the wrong order, although publishing does not wait.
/// </remarks>
internal sealed class RetainedEvents(RetainedSettings first, UriTable uris, RealmMetrics metrics, TimeProvider time)
{
    private readonly Dictionary<UriEntry, RetainedTopic> _topics = [];
    private readonly LinkedList<RetainedEvent> _oldestFirst = [];
    private readonly Dictionary<string, RetainedShare> _shares = new(StringComparer.Ordinal);       // by principal
    private RetainedSettings _settings = first;
    private long _bytes;
    private long _lastNumber;

    /// <summary>Guards everything here. A session that joins holds it from its SUBSCRIBED until publishers can see the subscriber.</summary>
    public Lock Gate { get; } = new();         // lock order: SubscriptionTable -> RetainedEvents -> UriTable, RetainedEvents -> Outbox

    /// <summary>The number of the newest event. Under <see cref="Gate"/>.</summary>
    public long LastNumber => _lastNumber;

    /// <summary>Events kept now.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _oldestFirst.Count;
            }
        }
    }

    /// <summary>Their bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (Gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Other bounds hold from now on; what exceeds them is forgotten.</summary>
    public void Apply(RetainedSettings settings)
    {
        lock (Gate)
        {
            _settings = settings;
            foreach (var share in _shares.Values.ToArray())
            {
                while (share.Bytes > (settings.MaxBytesPerPrincipal ?? settings.MaxBytes))
                {
                    GiveUp(share.OldestFirst.First!.Value);
                }
            }

            ForgetExcess(time.GetUtcNow());
        }
    }

    /// <summary>Keeps a publication. Returns its number, or 0 where the bounds leave no place for it.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="principal">The publisher's principal, whose share it counts for.</param>
    public long Put(in Publication publication, string principal)
    {
        var stored = StoredEvent.Copy(publication, time.GetUtcNow());
        lock (Gate)
        {
            var mostOfPrincipal = _settings.MaxBytesPerPrincipal ?? _settings.MaxBytes;
            if (_settings.MaxEvents == 0 || stored.MemoryInBytes > Math.Min(_settings.MaxBytes, mostOfPrincipal))
            {
                return 0;
            }

            var topic = TopicOf(publication.Topic.Utf8);
            var added = new RetainedEvent(++_lastNumber, stored, publication.NotFor, publication.Shard, topic, ShareOf(principal));
            Note(added);
            foreach (var superseded in topic.Add(added))
            {
                Forget(superseded);
            }

            while (added.Share.Bytes > mostOfPrincipal)
            {
                GiveUp(added.Share.OldestFirst.First!.Value);
            }

            ForgetExcess(stored.Time);
            return added.Number;
        }
    }

    /// <summary>Sends a new subscriber, for each topic, the most recent event that it would have received. Under <see cref="Gate"/>.</summary>
    public void Send(Subscriber subscriber, Role role, FlushBatch batch)
    {
        ForgetExcess(time.GetUtcNow());
        foreach (var retained in FindFor(subscriber, role))
        {
            var stored = retained.Event;
            var outcome = TryEncode(stored, subscriber, out var frame) ? subscriber.Member.Peer.SendEvent(frame, subscriber, batch) : SendOutcome.TooLong;
            metrics.SentRetained(FanOutCount.Of(outcome));
            if (outcome == SendOutcome.TooLong)
            {
                subscriber.Member.RemarkLeftOut(stored.Topic);
            }
        }
    }

    private static bool TryEncode(StoredEvent stored, Subscriber subscriber, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(subscriber.Member.Peer.Encoding);
        writer.Begin(MessageCode.Event, 4 + stored.Elements);
        writer.WriteId(subscriber.Subscription.Id);
        writer.WriteId(stored.Publication);
        EventDetails.Write(writer, stored, withTopic: subscriber.Subscription.Match != MatchPolicy.Exact, retained: true);
        frame = default;
        return writer.TryWritePayload(stored.Payload, out _) && writer.TryEnd(out frame);
    }

    private IEnumerable<RetainedEvent> FindFor(Subscriber subscriber, Role role)
    {
        var subscription = subscriber.Subscription;
        if (subscription.Topic is { } exact)
        {
            return _topics.TryGetValue(exact, out var topic) && topic.FindFor(subscriber, role) is { } newest ? [newest] : [];
        }

        return _topics.Values
            .Where(topic => MatchPolicies.Matches(subscription.Match, subscription.Uri, topic.Uri.Utf8))
            .Select(topic => topic.FindFor(subscriber, role))
            .OfType<RetainedEvent>()
            .OrderBy(retained => retained.Number);
    }

    /// <summary>The topic's events. While there are any, the topic is pinned in the table of URIs; otherwise the table could make a second entry for it.</summary>
    private RetainedTopic TopicOf(ReadOnlySpan<byte> uri)
    {
        var entry = uris.Pin(uri);
        if (_topics.TryGetValue(entry, out var known))
        {
            uris.Unpin(entry);
            return known;
        }

        var topic = new RetainedTopic(entry);
        _topics.Add(entry, topic);
        return topic;
    }

    private void ForgetExcess(DateTimeOffset now)
    {
        while (_oldestFirst.First?.Value is { } oldest && (_oldestFirst.Count > _settings.MaxEvents || _bytes > _settings.MaxBytes || now - oldest.Event.Time > _settings.MaxAge))
        {
            GiveUp(oldest);
        }
    }

    private void GiveUp(RetainedEvent retained)
    {
        retained.Topic.Remove(retained);
        Forget(retained);
        metrics.RetainedForgotten();
    }

    private RetainedShare ShareOf(string principal)
    {
        ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, principal, out _);
        return share ??= new RetainedShare(principal);
    }

    private void Note(RetainedEvent added)
    {
        var bytes = added.Event.MemoryInBytes;
        _oldestFirst.AddLast(added.Place);
        added.Share.OldestFirst.AddLast(added.PlaceInShare);
        added.Share.Bytes += bytes;
        _bytes += bytes;
    }

    private void Forget(RetainedEvent retained)
    {
        _oldestFirst.Remove(retained.Place);
        retained.Share.OldestFirst.Remove(retained.PlaceInShare);
        retained.Share.Bytes -= retained.Event.MemoryInBytes;
        if (retained.Share.OldestFirst.Count == 0)
        {
            _shares.Remove(retained.Share.Principal);
        }

        _bytes -= retained.Event.MemoryInBytes;
        if (retained.Topic.IsEmpty && _topics.Remove(retained.Topic.Uri))
        {
            uris.Unpin(retained.Topic.Uri);
        }
    }
}
