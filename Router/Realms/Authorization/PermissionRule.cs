using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Authorization;

/// <summary>What a role may do with a URI. A set: one rule allows any combination.</summary>
[Flags]
internal enum Permissions : byte
{
    None = 0,
    Call = 1,
    Register = 2,
    Publish = 4,
    Subscribe = 8,

    /// <summary>Callees are always told who calls, even if the caller does not ask for it.</summary>
    DiscloseCaller = 16,

    /// <summary>Subscribers are always told who publishes.</summary>
    DisclosePublisher = 32,

    /// <summary>No rule covers the URI, so nothing is allowed unless the realm's authorizer allows it.</summary>
    Undecided = 64,

    /// <summary>The realm's authorizer has denied it.</summary>
    DeniedByAuthorizer = 128,

    /// <summary>All actions; nothing is disclosed.</summary>
    All = Call | Register | Publish | Subscribe,
}

/// <summary>One rule of a role's permissions, in the form that Crossbar.io users know. If several rules match, only the most specific one counts.</summary>
internal sealed record PermissionRule
{
    /// <summary>The URI or pattern. The empty prefix matches everything.</summary>
    public required string Uri { get; init; }

    /// <summary>How <see cref="Uri"/> is compared with the URIs of requests.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>What is allowed and disclosed; anything not named is denied.</summary>
    public Permissions Allow { get; init; }

    /// <summary>Whether the decision may be cached per URI. Without the cache the rules are searched for every message.</summary>
    public bool Cache { get; init; } = true;
}
