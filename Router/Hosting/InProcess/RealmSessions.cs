using WampRouter.Client;
using WampRouter.Configuration.Documents;

namespace WampRouter.Hosting.InProcess;

/// <summary>Finds the realm that somebody in the application asks for. Any thread.</summary>
internal static class RealmSessions
{
    /// <summary>The session in a realm of that name: of the default router, or <c>router/realm</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none, and the message says which there are; or there are two.</exception>
    public static IWampRealm Create(IServiceProvider services, string key)
    {
        var standard = services.GetKeyedService<HostedRouter>("");
        var end = key.IndexOf(RouterNames.Separator, StringComparison.Ordinal);
        var (name, realm) = end < 0 ? ("", key) : (key[..end], key[(end + 1)..]);
        var named = name.Length == 0 ? null : services.GetKeyedService<HostedRouter>(name);
        return (standard?.HasRealm(key), named?.HasRealm(realm)) switch
        {
            (true, true) => throw new InvalidOperationException($"'{key}' may be a realm of the router without a name, or the realm '{realm}' of the router '{name}'; one of them needs another name."),
            (true, _) => Create(services, standard!, key),
            (_, true) => Create(services, named!, realm),
            (_, false) => throw NotFound(named!, realm),
            (false, _) when end < 0 => throw NotFound(standard!, key),
            _ when end < 0 => throw new InvalidOperationException($"There is no realm '{key}', because there is no router without a name; write 'router/realm': {RouterNames.RealmsOf(services)}."),
            _ => throw new InvalidOperationException($"There is no realm '{key}', because there is no router '{name}'."),
        };
    }

    /// <summary>The session in the one realm of the default router.</summary>
    /// <exception cref="InvalidOperationException">There are several, or none; the message says what to inject.</exception>
    public static IWampRealm Single(IServiceProvider services)
    {
        if (services.GetKeyedService<HostedRouter>("") is not { RealmNames: var realms })
        {
            throw new InvalidOperationException($"All routers of the application have names, and so have their realms: say which one with [FromKeyedServices(\"router/realm\")]. There are {RouterNames.RealmsOf(services)}.");
        }

        return realms.Count == 1
            ? services.GetRequiredKeyedService<IWampRealm>(realms[0])
            : throw new InvalidOperationException($"The router has the realms {Words.Enumerate(realms)}: say which one with [FromKeyedServices(\"{realms[0]}\")].");
    }

    private static RealmSession Create(IServiceProvider services, HostedRouter router, string realm)
    {
        var login = ApplicationRole.LoginOf(services.GetService<IHostEnvironment>()?.ApplicationName ?? ApplicationRole.Name);
        var options = new WampClientOptions
        {
            Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(router.Memory.Connect(subprotocol, login))),
            Realm = realm,
            WhenDisconnected = WampDisconnectedBehavior.Wait,
            PayloadSerializer = router.PayloadSerializer ?? WampJsonSerializer.Default,
            TimeProvider = services.GetRequiredService<TimeProvider>(),
        };
        return new RealmSession(realm, options, services.GetRequiredService<RealmClients>(), services.GetRequiredService<ILogger<IWampRealm>>(), router.Shutdown.Ending);
    }

    private static InvalidOperationException NotFound(HostedRouter router, string realm) => new(
        $"There is no realm '{realm}'; {(Words.Nearest(realm, router.RealmNames) is { } nearest ? $"did you mean '{nearest}'?" : $"the realms are {Words.Enumerate(router.RealmNames)}.")}");
}
