using WampRouter.Client.Sessions;

namespace WampRouter.Client.PubSub;

/// <summary>
/// What the router sees as one subscription of this client. Local subscribers of the same topic share it, because a router
/// answers a second SUBSCRIBE of a session with the same id and one UNSUBSCRIBE ends both.
/// </summary>
internal sealed class Subscription(string topic, WampMatch match)
{
    private EventSink[] _sinks = [];     // replaced whole, under SubscriptionTable's lock

    public string Topic { get; } = topic;

    public WampMatch Match { get; } = match;

    /// <summary>Held while SUBSCRIBE or UNSUBSCRIBE is under way: one at a time, or the second could undo the first.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The session in which <see cref="Id"/> is subscribed, if any. Under the gate.</summary>
    public Session? Session { get; set; }

    public ulong Id { get; set; }

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

    /// <summary>Read loop only.</summary>
    public void Deliver(WampEvent message)
    {
        foreach (var sink in Volatile.Read(ref _sinks))
        {
            sink.Offer(message);
        }
    }
}
