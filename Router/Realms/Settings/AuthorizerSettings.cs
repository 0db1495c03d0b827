namespace WampRouter.Realms.Settings;

/// <summary>Bounds on the decisions of a realm's authorizer.</summary>
internal sealed record AuthorizerSettings
{
    /// <summary>How long a decision may take; after it the request is refused.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Decisions that may be under way. One that does not end counts for as long as it runs, though nobody waits for it any more.</summary>
    public int MaxPending { get; init; } = 1_000;

    /// <summary>Decisions that are remembered.</summary>
    public int MaxCached { get; init; } = 10_000;
}
