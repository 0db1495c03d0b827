using System.Collections.Frozen;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.Policies;

/// <summary>
/// One version of what the configuration says of a realm: roles, limits and switches. Immutable, and replaced as a whole. A message is judged by the policy that was current when it
/// came. A cached decision names the policy that made it, so a new policy makes all of them void at once.
/// </summary>
internal sealed class RealmPolicy
{
    private readonly FrozenDictionary<string, Role> _roles;
    private readonly int _nobody;       // the index of roles that this policy does not have

    public RealmPolicy(RealmSettings settings)
    {
        Settings = settings;
        _roles = settings.Roles.Select((role, index) => new Role(role, index, this)).ToFrozenDictionary(role => role.Name, StringComparer.Ordinal);
        _nobody = settings.Roles.Count;
        Outside = new Role(new RoleSettings { Name = "", Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }] }, _nobody + 1, this);
    }

    /// <summary>The settings that it was made from.</summary>
    public RealmSettings Settings { get; }

    /// <summary>Bounds on what clients can make the realm hold.</summary>
    public RealmLimits Limits => Settings.Limits;

    /// <summary>The size of a table by <see cref="Role.Index"/>.</summary>
    public int RoleCount => _nobody + 2;

    /// <summary>The role of whoever is elsewhere, and was judged there: he may do everything. It has no name, so no session can have it.</summary>
    public Role Outside { get; }

    /// <summary>A role by its name, or null.</summary>
    public Role? FindRole(string name) => _roles.GetValueOrDefault(name);

    /// <summary>A role by its name. Where the policy has no such role, it is one that may do nothing.</summary>
    public Role RoleOf(string name) => FindRole(name) ?? new Role(new RoleSettings { Name = name }, _nobody, this, isGone: true);
}

/// <summary>Holds the policy of a realm that is current now. Any thread.</summary>
internal sealed class LivePolicy(RealmPolicy first)
{
    private volatile RealmPolicy _current = first;

    /// <summary>The current policy. Code that judges a message reads it once, and passes it on.</summary>
    public RealmPolicy Current
    {
        get => _current;
        set => _current = value;
    }
}
