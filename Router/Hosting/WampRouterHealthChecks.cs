using Microsoft.Extensions.Diagnostics.HealthChecks;
using WampRouter.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says to ASP.NET Core's health checks whether a router can be used.</summary>
public static class WampRouterHealthChecks
{
    /// <summary>
    /// Adds a check of readiness: unhealthy until the application has started, from the moment that it shuts down, and while events of a durable history cannot be written to the disk. Its description says which.
    /// </summary>
    /// <param name="checks">The application's health checks.</param>
    /// <param name="router">The name of the router; empty for the default one.</param>
    /// <param name="name">The name of the check; null: <c>wamp_router</c>, with the router's name behind it where it has one.</param>
    /// <param name="tags">Tags of the check, by which endpoints choose; null: none.</param>
    /// <returns>The same.</returns>
    public static IHealthChecksBuilder AddWampRouter(this IHealthChecksBuilder checks, string router = "", string? name = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(checks);
        ArgumentNullException.ThrowIfNull(router);
        return checks.Add(new HealthCheckRegistration(name ?? (router.Length == 0 ? "wamp_router" : $"wamp_router_{router}"), services => new RouterHealthCheck(services, router), failureStatus: null, tags));
    }
}
