namespace WampRouter.Client;

/// <summary>
/// Makes a method of a <see cref="WampContractAttribute"/> interface a topic: a proxy's method publishes, and an object's method is called with each event. Its parameters are
/// the arguments, but for those of type <see cref="WampEvent"/>, which only the subscriber gets, <see cref="WampPublishOptions"/>, which only the publisher gives, and
/// <see cref="CancellationToken"/>.
/// </summary>
/// <param name="topic">The topic, or a pattern if <see cref="Match"/> says so.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WampTopicAttribute(string topic) : Attribute
{
    /// <summary>The topic or pattern.</summary>
    public string Topic { get; } = topic;

    /// <summary>How the topic is compared with those of publications. A pattern can be subscribed to and not be published. Default: exact.</summary>
    public new WampMatch Match { get; init; } = WampMatch.Exact;

    /// <summary>Whether the publisher waits until the router has accepted the event, and hears of a refusal. Default <see langword="false"/>: only until it is on its way.</summary>
    public bool Acknowledge { get; init; }

    /// <summary>For the publisher: <see cref="WampPublishOptions.ExcludeMe"/>. Default <see langword="true"/>.</summary>
    public bool ExcludeMe { get; init; } = true;

    /// <summary>For the publisher: <see cref="WampPublishOptions.DiscloseMe"/>. Default <see langword="false"/>.</summary>
    public bool DiscloseMe { get; init; }

    /// <summary>For the publisher: <see cref="WampPublishOptions.Retain"/>. Default <see langword="false"/>.</summary>
    public bool Retain { get; init; }

    /// <summary>For the subscriber: <see cref="WampSubscribeOptions.GetRetained"/>. Default <see langword="false"/>.</summary>
    public bool GetRetained { get; init; }

    /// <summary>For the subscriber: <see cref="WampSubscribeOptions.BufferSize"/>. Default 1024.</summary>
    public int BufferSize { get; init; } = 1024;

    /// <summary>For the subscriber: <see cref="WampSubscribeOptions.Overflow"/>. Default: drop the oldest.</summary>
    public WampOverflowPolicy Overflow { get; init; } = WampOverflowPolicy.DropOldest;
}
