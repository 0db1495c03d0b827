namespace WampRouter.Realms.Authorization;

/// <summary>A role and its permissions. No rule, no permission.</summary>
internal sealed record RoleSettings
{
    /// <summary>The authrole, as WELCOME reports it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The trust level of its messages, 0 or more; receivers are told (<c>rfc/text/advanced/pubsub_publication_trustlevels.md</c>). Null: receivers are not told any.
    /// </summary>
    public int? TrustLevel { get; init; }

    /// <summary>The rules, in any order: the most specific match decides.</summary>
    public IReadOnlyList<PermissionRule> Permissions { get; init; } = [];

    /// <summary>How much a session with this role may send in a second; null: no limit of its own.</summary>
    public TrafficRates? Rates { get; init; }

    /// <summary>Whether it is the role of the application that hosts the router, which no realm file describes: no login gives it.</summary>
    public bool IsOfApplication { get; init; }
}
