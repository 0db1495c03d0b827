using Microsoft.AspNetCore.Routing.Patterns;

namespace WampRouter.Hosting;

/// <summary>What can be judged of an application's routers only while it starts: whether its logins can be made, which may need the router themselves, and whether each endpoint has a route of its own.</summary>
/// <param name="services">The application's.</param>
internal sealed class ApplicationStart(IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Makes once what logins need.</summary>
    /// <exception cref="WampRouterConfigurationException">It cannot be made.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var plan in services.GetKeyedServices<RouterPlan>(KeyedService.AnyKey))
        {
            await plan.TryLoginsAsync(services).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Looks at the endpoints, which are not all known before.</summary>
    /// <exception cref="InvalidOperationException">Two of them have the same route: every request for it would be answered with 500.</exception>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var ours = services.GetService<EndpointDataSource>()?.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<WampEndpointMark>() is not null) ?? [];
        foreach (var same in ours.GroupBy(endpoint => (endpoint.Order, RouteOf(endpoint.RoutePattern))))
        {
            var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            if (same.Any(endpoint => !HostsOf(endpoint).All(taken.Add)))
            {
                throw new InvalidOperationException($"MapWampRouter was called twice for '{same.First().RoutePattern.RawText}', so no request could tell which is meant: map another path, or tell them apart by RequireHost.");
            }
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string RouteOf(RoutePattern pattern) => (pattern.RawText ?? "").Trim('/').ToUpperInvariant();

    /// <summary>The hosts that are asked for; none is one of its own, which gives way to any that is named.</summary>
    private static IEnumerable<string> HostsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHostMetadata>()?.Hosts is { Count: > 0 } hosts ? hosts.Distinct(StringComparer.OrdinalIgnoreCase) : [""];
}

/// <summary>Says of an endpoint that it leads to a router.</summary>
internal sealed class WampEndpointMark
{
    public static readonly WampEndpointMark Instance = new();

    private WampEndpointMark()
    {
    }
}
