using WampRouter.Client.Sessions;

namespace WampRouter.Client.PubSub;

/// <summary>One local subscriber: where the read loop puts events, without ever waiting for whoever takes them out.</summary>
internal abstract class EventSink(string topic, WampSubscribeOptions options)
{
    private const int MostTopics = 1024;

    private readonly Dictionary<string, long> _latest = [];     // read loop only
    private long _dropped;
    private int _overflowing;

    public string Topic { get; } = topic;

    public WampSubscribeOptions Options { get; } = options;

    /// <summary>The session whose retained events it was given. Under the subscription's gate.</summary>
    public Session? RetainedIn { get; set; }

    /// <summary>Completes when the router took the subscription back, with the reason.</summary>
    public TaskCompletionSource<string> Revocation { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Told on the read loop, once for every row of drops.</summary>
    public required Action<EventSink, WampOverflowException> OnOverflow { private get; init; }

    /// <summary>
    /// Whether it has not had an event: what the router retained is asked for anew in every session, since it may have changed meanwhile, and is no news where it has
    /// not. Of more topics than a pattern is likely to have, an event may come twice. Read loop only.
    /// </summary>
    public bool IsNews(WampEvent message)
    {
        if (!Options.GetRetained)
        {
            return true;
        }

        if (message.IsRetained && _latest.TryGetValue(message.Topic, out var had) && had == message.PublicationId)
        {
            return false;
        }

        if (_latest.Count >= MostTopics && !_latest.ContainsKey(message.Topic))
        {
            _latest.Clear();
        }

        _latest[message.Topic] = message.PublicationId;
        return true;
    }

    /// <summary>Read loop only.</summary>
    public abstract void Offer(WampEvent message);

    /// <summary>No more events; <paramref name="cause"/> is why, if that is a failure. Any thread, any number of times.</summary>
    public abstract void Complete(Exception? cause);

    protected void CountDrop()
    {
        Interlocked.Increment(ref _dropped);
        if (Interlocked.Exchange(ref _overflowing, 1) == 0)
        {
            OnOverflow(this, new WampOverflowException(Topic, Options.BufferSize));
        }
    }

    /// <summary>There is room again: the next drop is news.</summary>
    protected void ClearOverflow() => Volatile.Write(ref _overflowing, 0);
}
