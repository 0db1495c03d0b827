using WampRouter;
using WampRouter.Client;

namespace EmbeddedHost;

/// <summary>A WAMP service that reaches the router without a socket, because both are in this process.</summary>
internal sealed class Greeter(WampMemoryTransport router) : IHostedService, IAsyncDisposable
{
    private readonly WampClient _client = new(new WampClientOptions
    {
        Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(router.Connect(subprotocol))),
        Realm = "realm1",
    });

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _client.ConnectAsync(cancellationToken);
        await _client.RegisterAsync("com.example.greet", (string name) => $"Hello, {name}!", cancellationToken: cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _client.DisposeAsync();

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
