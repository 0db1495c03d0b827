using WampRouter.Configuration;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions.Connections;

namespace WampRouter.Hosting.InProcess;

/// <summary>As whom an application is in the realms that it hosts.</summary>
internal static class ApplicationRole
{
    /// <summary>The name of the role.</summary>
    public const string Name = "application";

    private static readonly RoleSettings Everything = new()
    {
        Name = Name,
        IsOfApplication = true,
        Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.Call | Permissions.Register | Permissions.Publish | Permissions.Subscribe }],
    };

    /// <summary>A realm in which there is such a role: its own, or one that may do everything.</summary>
    public static RealmConfiguration AddTo(RealmConfiguration realm) =>
        realm.Realm.Roles.Any(role => role.Name == Name) ? realm : realm with { Realm = realm.Realm with { Roles = [.. realm.Realm.Roles, Everything] } };

    /// <summary>The login that the application does not have to make.</summary>
    /// <param name="authId">What the application is called.</param>
    public static GrantedLogin LoginOf(string authId) => new(authId, Name, "internal", "application");
}
