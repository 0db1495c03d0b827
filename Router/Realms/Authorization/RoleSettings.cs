namespace WampRouter.Realms.Authorization;

/// <summary>A role and what it may do. No rule, no permission.</summary>
internal sealed record RoleSettings
{
    /// <summary>The authrole, as WELCOME reports it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// How far its messages are trusted, from 0 on; receivers are told (<c>rfc/text/advanced/pubsub_publication_trustlevels.md</c>). Null: receivers are told nothing.
    /// </summary>
    public int? TrustLevel { get; init; }

    /// <summary>In any order: the most specific match decides.</summary>
    public IReadOnlyList<PermissionRule> Permissions { get; init; } = [];

    /// <summary>What a session with this role may send in a second; null: what all may.</summary>
    public TrafficRates? Rates { get; init; }
}
