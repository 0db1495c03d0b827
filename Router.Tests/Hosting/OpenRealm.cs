namespace WampRouter.Tests.Hosting;

/// <summary>A realm where everybody may do everything.</summary>
internal static class OpenRealm
{
    public static void Describe(WampRealmOptions realm)
    {
        realm.AddRole("staff").AllowEverything();
        realm.AllowAnonymous("staff");
    }
}
