using WampRouter.Client;
using WampRouter.Configuration.Documents;

namespace WampRouter.Hosting.InProcess;

/// <summary>Finds the realm that somebody in the application asks for. Any thread.</summary>
internal static class RealmSessions
{
    private const char Separator = '/';

    /// <summary>The session in a realm of that name: of the default router, or <c>router/realm</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says which there are.</exception>
    public static IWampRealm Create(IServiceProvider services, string key)
    {
        var standard = services.GetKeyedService<HostedRouter>("");
        if (standard?.HasRealm(key) is true)
        {
            return Create(services, standard, key);
        }

        var end = key.IndexOf(Separator, StringComparison.Ordinal);
        var (router, realm) = end < 0 ? (standard, key) : (services.GetKeyedService<HostedRouter>(key[..end]), key[(end + 1)..]);
        return router is null ? throw new InvalidOperationException($"There is no realm '{key}', because there is no {(end < 0 ? "router without a name; write 'router/realm'" : $"router '{key[..end]}'")}.")
            : router.HasRealm(realm) ? Create(services, router, realm)
            : throw NotFound(router, realm);
    }

    /// <summary>The session in the one realm of the default router.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public static IWampRealm Single(IServiceProvider services)
    {
        var realms = services.GetRequiredKeyedService<HostedRouter>("").RealmNames;
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
        return new RealmSession(realm, options, services.GetRequiredService<ILogger<IWampRealm>>());
    }

    private static InvalidOperationException NotFound(HostedRouter router, string realm) => new(
        $"There is no realm '{realm}'; {(Words.Nearest(realm, router.RealmNames) is { } nearest ? $"did you mean '{nearest}'?" : $"the realms are {Words.Enumerate(router.RealmNames)}.")}");
}
