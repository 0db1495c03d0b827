using WampRouter.Client.Sessions;

namespace WampRouter.Client.PubSub;

/// <summary>
/// What the router sees as one subscription of this client. Local subscribers of the same topic share it, because a router
/// answers a second SUBSCRIBE of a session with the same id and one UNSUBSCRIBE ends both.
/// </summary>
internal sealed class Subscription(string topic, WampSubscribeOptions options)
{
    private EventSink[] _sinks = [];     // replaced whole, under SubscriptionTable's lock
    private EventSink[] _retainedFor = [];      // read loop only

    public string Topic { get; } = topic;

    public WampMatch Match => options.Match;

    public WampShardKey? NodeKey => options.NodeKey;

    /// <summary>Held while SUBSCRIBE or UNSUBSCRIBE is under way: one at a time, or the second could undo the first.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The session in which <see cref="Id"/> is subscribed, if any. Under the gate.</summary>
    public Session? Session { get; set; }

    public ulong Id { get; set; }

    /// <summary>Why the router took it back, if it did. Set once, under SubscriptionTable's lock.</summary>
    public WampException? Revocation { get; set; }

    public bool HasSinks => Volatile.Read(ref _sinks).Length > 0;

    public IReadOnlyList<EventSink> Sinks => Volatile.Read(ref _sinks);

    public void Add(EventSink sink) => Volatile.Write(ref _sinks, [.. _sinks, sink]);

    public bool Remove(EventSink sink)
    {
        EventSink[] left = [.. _sinks.Where(s => s != sink)];
        var found = left.Length < _sinks.Length;
        Volatile.Write(ref _sinks, left);
        return found;
    }

    /// <summary>Those who asked for retained events and have not got those of this session. Under the gate.</summary>
    public EventSink[] WithoutRetained(Session session) => [.. Sinks.Where(s => s.Options.GetRetained && s.RetainedIn != session)];

    public WampSubscribeOptions OptionsFor(EventSink[] retainedFor) => options with { GetRetained = retainedFor.Length > 0 };

    /// <summary>SUBSCRIBED came: the retained events behind it are for those it was asked for. Read loop only.</summary>
    public void ExpectRetained(EventSink[] sinks) => _retainedFor = sinks;

    /// <summary>Read loop only.</summary>
    public void Deliver(WampEvent message)
    {
        var present = Volatile.Read(ref _sinks);
        foreach (var sink in message.IsRetained ? _retainedFor.Intersect(present) : present)
        {
            if (sink.IsNews(message))
            {
                sink.Offer(message);
            }
        }
    }
}
