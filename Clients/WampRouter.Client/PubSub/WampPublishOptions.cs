namespace WampRouter.Client;

/// <summary>How to publish, and to whom. Lists are copied when they are set.</summary>
public sealed record WampPublishOptions
{
    /// <summary>Whether the publisher does not get its own event although it is subscribed. Default <see langword="true"/>.</summary>
    public bool ExcludeMe { get; init; } = true;

    /// <summary>Whether subscribers may learn who published. The router decides. Default <see langword="false"/>.</summary>
    public bool DiscloseMe { get; init; }

    /// <summary>Whether the router keeps the event for those who subscribe later and ask for it. Default <see langword="false"/>.</summary>
    public bool Retain { get; init; }

    /// <summary>Sessions that do not get it.</summary>
    public IReadOnlyList<long>? Exclude { get; init => field = Copy(value); }

    /// <summary>Users that do not get it.</summary>
    public IReadOnlyList<string>? ExcludeAuthId { get; init => field = Copy(value); }

    /// <summary>Roles that do not get it.</summary>
    public IReadOnlyList<string>? ExcludeAuthRole { get; init => field = Copy(value); }

    /// <summary>The only sessions that may get it; an empty list means nobody. Default <see langword="null"/>: any.</summary>
    public IReadOnlyList<long>? Eligible { get; init => field = Copy(value); }

    /// <summary>The only users that may get it; an empty list means nobody.</summary>
    public IReadOnlyList<string>? EligibleAuthId { get; init => field = Copy(value); }

    /// <summary>The only roles that may get it; an empty list means nobody.</summary>
    public IReadOnlyList<string>? EligibleAuthRole { get; init => field = Copy(value); }

    /// <summary>Of the subscribers with a <see cref="WampSubscribeOptions.NodeKey"/> only the one that owns this key gets it. Default: all do.</summary>
    public WampShardKey? ResourceKey { get; init; }

    /// <summary>Whether who gets it is narrowed down.</summary>
    internal bool IsForSome => ((object?)Exclude ?? ExcludeAuthId ?? ExcludeAuthRole ?? (object?)Eligible ?? EligibleAuthId ?? EligibleAuthRole) is not null;

    private static T[]? Copy<T>(IReadOnlyList<T>? list) => list is null ? null : [.. list];
}
