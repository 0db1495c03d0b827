using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WampRouter.Client.Hosting;

/// <summary>Whether a client can reach its router.</summary>
internal sealed class ClientHealthCheck(IWampClient client) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = client.State;
        var description = client.Session is { } session ? $"{state} to realm {session.Realm}" : $"{state}";
        return Task.FromResult(state switch
        {
            WampClientState.Connected => HealthCheckResult.Healthy(description),
            WampClientState.Connecting or WampClientState.Reconnecting => HealthCheckResult.Degraded(description),
            _ => new HealthCheckResult(context.Registration.FailureStatus, description),
        });
    }
}
