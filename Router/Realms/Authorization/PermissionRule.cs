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

    /// <summary>Callees are always told who calls, whether the caller asks for it or not.</summary>
    DiscloseCaller = 16,

    /// <summary>Subscribers are always told who publishes.</summary>
    DisclosePublisher = 32,

    /// <summary>Everything a peer may do; discloses nobody.</summary>
    All = Call | Register | Publish | Subscribe,
}

/// <summary>One line of a role's permissions, in the shape Crossbar.io users know. Of all matching rules the most specific one decides alone.</summary>
internal sealed record PermissionRule
{
    /// <summary>The URI or pattern. The empty prefix matches everything.</summary>
    public required string Uri { get; init; }

    /// <summary>How <see cref="Uri"/> is compared.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>What is allowed and disclosed; anything not named is denied.</summary>
    public Permissions Allow { get; init; }

    /// <summary>Whether the decision may be remembered per URI. Turning it off costs a rule search per message.</summary>
    public bool Cache { get; init; } = true;
}
