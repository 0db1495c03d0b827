using WampRouter.Configuration;
using WampRouter.Http.Webhooks;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;

namespace WampRouter.Hosting;

/// <summary>As whom webhooks are in the realms that have some.</summary>
internal static class WebhookRole
{
    private static readonly RoleSettings Everything = new()
    {
        Name = WebhookSettings.Role,
        IsOfApplication = true,
        Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.Call | Permissions.Register | Permissions.Publish | Permissions.Subscribe }],
    };

    /// <summary>A realm in which there is such a role, if it has webhooks: its own, or one that may do everything.</summary>
    public static RealmConfiguration AddTo(RealmConfiguration realm) =>
        realm.Webhooks.IsEmpty || realm.Realm.Roles.Any(role => role.Name == WebhookSettings.Role) ? realm : realm with { Realm = realm.Realm with { Roles = [.. realm.Realm.Roles, Everything] } };
}
