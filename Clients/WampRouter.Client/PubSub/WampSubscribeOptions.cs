namespace WampRouter.Client;

/// <summary>What a subscription loses when its events come faster than they are handled.</summary>
public enum WampOverflowPolicy
{
    /// <summary>The oldest waiting event: what stays is the latest news.</summary>
    DropOldest,

    /// <summary>The event that just came: what stays is the beginning.</summary>
    DropNewest,

    /// <summary>Nothing: the subscription ends. A feed throws <see cref="WampOverflowException"/> after its waiting events.</summary>
    Fail,
}

/// <summary>How to subscribe.</summary>
public sealed record WampSubscribeOptions
{
    /// <summary>How the topic is compared with those of publications. Default: exact.</summary>
    public WampMatch Match { get; init; } = WampMatch.Exact;

    /// <summary>
    /// Whether a <c>*</c> in the topic is meant as the character it is. WAMP has no such wildcard, so it nearly always is a mistake that would wait for events that never come. Default
    /// <see langword="false"/>: such a topic is an <see cref="ArgumentException"/>.
    /// </summary>
    public bool AsteriskIsLiteral { get; init; }

    /// <summary>Whether to get the retained events of the topic first; <see cref="WampEvent.IsRetained"/> tells them from new ones. After a reconnect those that changed meanwhile come, and no event twice. Default <see langword="false"/>.</summary>
    public bool GetRetained { get; init; }

    /// <summary>Under which name the client owns its share of events published with a <see cref="WampPublishOptions.ResourceKey"/>. Default: it gets all.</summary>
    public WampShardKey? NodeKey { get; init; }

    /// <summary>How many events may wait for the handler or the reader of the feed. Default 1024.</summary>
    public int BufferSize { get; init; } = 1024;

    /// <summary>
    /// What happens when the buffer is full. Default: drop the oldest; <see cref="WampSubscription.DroppedEvents"/> counts them and
    /// <see cref="WampClient.BackgroundError"/> reports the first.
    /// </summary>
    public WampOverflowPolicy Overflow { get; init; } = WampOverflowPolicy.DropOldest;
}
