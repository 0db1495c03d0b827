using Microsoft.Extensions.Diagnostics.HealthChecks;
using WampRouter.Storage;

namespace WampRouter.Hosting;

/// <summary>Whether a router can be used: see <see cref="WampRouterHealthChecks.AddWampRouter"/>. Any thread.</summary>
/// <param name="services">The application's.</param>
/// <param name="router">The name of the router.</param>
internal sealed class RouterHealthCheck(IServiceProvider services, string router) : IHealthCheck
{
    private readonly HostedRouter _router = services.GetKeyedService<HostedRouter>(router) ?? throw new InvalidOperationException($"{RouterNames.NoneOf(services, router)}; call AddWampRouter of the services.");
    private readonly IHostApplicationLifetime? _lifetime = services.GetService<IHostApplicationLifetime>();
    private readonly IDurableHistories? _histories = services.GetKeyedService<IDurableHistories>(router);
    private readonly IDurableQueues? _queues = services.GetKeyedService<IDurableQueues>(router);

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(FindProblem() is { } problem ? new HealthCheckResult(context.Registration.FailureStatus, $"not ready: {problem}") : HealthCheckResult.Healthy("ready"));

    private string? FindProblem() =>
        _router.IsShuttingDown || _lifetime is { ApplicationStopping.IsCancellationRequested: true } ? "the router is shutting down"
        : _lifetime is { ApplicationStarted.IsCancellationRequested: false } ? "the router has not started yet"
        : _histories?.Trouble is { } trouble ? $"events cannot be written to their history: {trouble}"
        : _queues?.Trouble is { } full ? $"events cannot be written to the queues of webhooks: {full}"
        : null;
}
