namespace WampRouter.Client;

/// <summary>How to publish.</summary>
public sealed record WampPublishOptions
{
    /// <summary>Whether the publisher does not get its own event although it is subscribed. Default <see langword="true"/>.</summary>
    public bool ExcludeMe { get; init; } = true;

    /// <summary>Whether subscribers may learn who published. The router decides. Default <see langword="false"/>.</summary>
    public bool DiscloseMe { get; init; }
}
