using System.Globalization;
using WampRouter.Realms.Peers;

namespace WampRouter.Sessions.Authentication;

/// <summary>The settings of a method whose users are configured by name.</summary>
internal abstract record PrincipalSettings : MethodSettings
{
    /// <summary>How messages to people call one of its users.</summary>
    public virtual string UserWord => $"{Method} user";

    /// <summary>How messages to people call its users' secrets: <c>tickets</c>.</summary>
    public abstract string SecretsWord { get; }

    /// <summary>The users.</summary>
    public abstract IReadOnlyCollection<Principal> Users { get; }

    /// <inheritdoc />
    public override bool IsPartlyLoopbackOnly => Users.Any(user => user.LoopbackOnly);

    /// <summary>A user by authid; null where there is none.</summary>
    public abstract Principal? Find(string authId);

    /// <inheritdoc cref="IAuthenticationMethod.WhyGone" />
    /// <remarks>Another secret of the same user is no reason.</remarks>
    public string? WhyGone(MemberIdentity identity) =>
        Find(identity.AuthId) is not { } user ? "the realm no longer has this user"
        : user.Role != identity.AuthRole ? $"this user has the role '{user.Role}' now"
        : user.LoopbackOnly && !identity.IsLocal ? "this user may come from the router's own machine only"
        : null;

    /// <summary>Whether a user has the same secrets as in an earlier version of the settings.</summary>
    public bool HasSecretsOf(PrincipalSettings former, string authId) => Find(authId) is { } user && former.Find(authId) is { } same && user.HasSecretsOf(same);

    /// <inheritdoc />
    public override string Describe() =>
        Describe(string.Create(CultureInfo.InvariantCulture, $"{Users.Count} {(Users.Count == 1 ? "user" : "users")}"), Users.Count, Users.Count(user => user.LoopbackOnly));

    /// <summary>The same of anything that can be counted.</summary>
    /// <param name="what">How many of what: <c>2 users</c>.</param>
    /// <param name="all">How many there are.</param>
    /// <param name="local">How many of them are of use on this machine only.</param>
    protected string Describe(string what, int all, int local)
    {
        var which = local == 0 ? "" : local == all ? ", from this machine only" : string.Create(CultureInfo.InvariantCulture, $", {local} of them from this machine only");
        return $"{Method}, {what}{which}";
    }
}

/// <summary>A configured user.</summary>
internal abstract record Principal
{
    /// <summary>The name sent as HELLO.Details.authid.</summary>
    public required string AuthId { get; init; }

    /// <summary>The authrole the session gets.</summary>
    public required string Role { get; init; }

    /// <summary>Whether the user is refused from other machines; for demo users.</summary>
    public bool LoopbackOnly { get; init; }

    /// <summary>Whether this and another version of the user prove who they are by the same secrets.</summary>
    public abstract bool HasSecretsOf(Principal other);
}
