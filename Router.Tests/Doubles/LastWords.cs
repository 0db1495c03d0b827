using Microsoft.Extensions.Hosting;
using WampRouter.Client;

namespace WampRouter.Tests.Doubles;

/// <summary>A service that publishes when its application stops, and waits for the answer however long that takes.</summary>
internal sealed class LastWords : IHostedService
{
    private readonly List<IWampClient> _clients = [];

    /// <summary>Why the publications failed.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>The service, with one more client to publish with.</summary>
    public LastWords With(IWampClient client)
    {
        _clients.Add(client);
        return this;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var client in _clients)
        {
            try
            {
                await client.PublishAcknowledgedAsync("com.closed", cancellationToken: CancellationToken.None);
            }
            catch (Exception e)
            {
                Failures.Add(e);
            }
        }
    }
}
