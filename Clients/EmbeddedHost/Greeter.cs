using WampRouter;
using WampRouter.Client;

namespace EmbeddedHost;

/// <summary>Serves a procedure in the router's own process: no socket, no login.</summary>
public sealed class Greeter(IWampRealm realm) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) =>
        realm.RegisterAsync("com.example.greet", (string name) => $"Hello, {name}!", cancellationToken: cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;       // the registration ends with the session
}
