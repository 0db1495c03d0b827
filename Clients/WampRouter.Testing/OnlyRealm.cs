using Microsoft.Extensions.DependencyInjection;
using WampRouter.Configuration.Documents;
using WampRouter.Hosting;

namespace WampRouter.Testing;

/// <summary>The realm that is meant where none is named.</summary>
internal static class OnlyRealm
{
    /// <summary>The only realm of a router.</summary>
    /// <exception cref="ArgumentException">It has several; the message names them.</exception>
    public static string Of(HostedRouter router) => Of(router.RealmNames);

    /// <summary>The only realm of an application's routers.</summary>
    /// <exception cref="ArgumentException">There are several, which the message names, or there is no router.</exception>
    public static string Of(IServiceProvider services) =>
        Of([.. services.GetKeyedServices<HostedRouter>(KeyedService.AnyKey).SelectMany(router => router.RealmNames).Distinct(StringComparer.Ordinal)]);

    private static string Of(IReadOnlyList<string> realms) => realms switch
    {
        [var only] => only,
        [] => throw new ArgumentException("The application has no router whose realm could be meant: name the realm."),
        _ => throw new ArgumentException($"There are the realms {Words.Enumerate(realms)}: name the one to join."),
    };
}
