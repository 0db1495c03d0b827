namespace WampRouter.Client;

/// <summary>One event. Immutable, and safe to keep.</summary>
public sealed class WampEvent
{
    internal WampEvent(string subscribedTopic, long publicationId, WampDetails details, WampArguments arguments)
    {
        Topic = details.GetText("topic") ?? subscribedTopic;
        PublicationId = publicationId;
        Details = details;
        Arguments = arguments;
    }

    /// <summary>The topic it was published to; with a pattern subscription, the actual one.</summary>
    public string Topic { get; }

    /// <summary>The publication's id, the same for every subscriber.</summary>
    public long PublicationId { get; }

    /// <summary>What was published.</summary>
    public WampArguments Arguments { get; }

    /// <summary>Who published it, as far as that was disclosed.</summary>
    public WampPeer Publisher => new(Details.GetInteger("publisher"), Details.GetText("publisher_authid"), Details.GetText("publisher_authrole"));

    /// <summary>How far the router trusts the publisher, if it says so.</summary>
    public long? TrustLevel => Details.GetInteger("trustlevel");

    /// <summary>Whether it was kept from before the subscription.</summary>
    public bool IsRetained => Details.GetBoolean("retained");

    /// <summary>Everything the router says about the event.</summary>
    public WampDetails Details { get; }

    /// <summary>The event as a log shows it: its topic, and the beginning of its arguments (<see cref="WampArguments.ToString"/>).</summary>
    /// <returns>Such as <c>com.example.temperature [[21.5]]</c>.</returns>
    public override string ToString() => $"{Topic} {Arguments}";
}
