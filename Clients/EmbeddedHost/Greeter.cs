using WampRouter;
using WampRouter.Client;

namespace EmbeddedHost;

/// <summary>Serves a procedure in the router's own process: no socket, no login.</summary>
internal sealed class Greeter(IWampRealm realm) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        realm.RegisterAsync("com.example.greet", (string name) => $"Hello, {name}!", cancellationToken: cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;       // the registration ends with the session
}
