using WampRouter.Configuration.Documents;

namespace WampRouter.Hosting;

/// <summary>The names of an application's routers, and of realms in them: <c>router/realm</c>. Any thread.</summary>
internal static class RouterNames
{
    /// <summary>What stands between a router's name, which never holds it, and that of a realm, which may.</summary>
    public const char Separator = '/';

    /// <summary>Refuses a name that would make another name mean two things.</summary>
    /// <exception cref="ArgumentException">It holds a slash.</exception>
    public static void Check(string name)
    {
        if (name.Contains(Separator, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The name of a router holds no '{Separator}': 'router{Separator}realm' names a realm of it.", nameof(name));
        }
    }

    /// <summary>Says that there is no such router, and which there are.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="name">The name; empty: the default one.</param>
    public static string NoneOf(IServiceProvider services, string name)
    {
        var known = Known(services).ToArray();
        var routers = known.Select(router => router.Length == 0 ? "one without a name" : Words.Quote(router));
        return $"There is no router{(name.Length > 0 ? $" {Words.Quote(name)}" : known.Length > 0 ? " without a name" : "")}{(known.Length > 0 ? $" (there is {string.Join(", ", routers)})" : "")}";
    }

    /// <summary>The realms of the routers that have a name, as they are injected.</summary>
    public static string RealmsOf(IServiceProvider services) => Words.Enumerate(
        from name in Known(services)
        where name.Length > 0
        from realm in services.GetRequiredKeyedService<HostedRouter>(name).RealmNames
        select $"{name}{Separator}{realm}");

    private static IEnumerable<string> Known(IServiceProvider services) => services.GetKeyedServices<RouterPlan>(KeyedService.AnyKey).Select(plan => plan.Name);
}
