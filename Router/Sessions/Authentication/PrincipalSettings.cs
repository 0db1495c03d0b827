using System.Globalization;
using WampRouter.Realms.Peers;

namespace WampRouter.Sessions.Authentication;

/// <summary>The settings of a method whose users are configured by name.</summary>
internal abstract record PrincipalSettings : MethodSettings
{
    /// <summary>How messages to people call one of its users.</summary>
    public virtual string UserWord => $"{Method} user";

    /// <summary>How messages to people say that a user's secrets are others.</summary>
    public abstract string OtherSecrets { get; }

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
    public override string Describe()
    {
        var local = Users.Count(user => user.LoopbackOnly);
        var which = local == 0 ? "" : local == Users.Count ? ", from this machine only" : string.Create(CultureInfo.InvariantCulture, $", {local} of them from this machine only");
        return string.Create(CultureInfo.InvariantCulture, $"{Method}, {Users.Count} {(Users.Count == 1 ? "user" : "users")}{which}");
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
