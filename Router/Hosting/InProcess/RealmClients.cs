using WampRouter.Client;

namespace WampRouter.Hosting.InProcess;

/// <summary>The clients behind the application's own sessions: they end when the container is disposed of, and not before. Any thread.</summary>
internal sealed class RealmClients : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();        // nothing is taken under it
    private readonly List<WampClient> _clients = [];
    private volatile bool _hasEnded;

    /// <summary>Whether the application has ended, or is ending.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Makes a client, which this object owns.</summary>
    /// <param name="options">How it is made.</param>
    /// <param name="ending">Canceled when its router goes: the client goes too, because there will be nothing to come back to.</param>
    /// <exception cref="ObjectDisposedException">The application has ended.</exception>
    public WampClient Create(WampClientOptions options, CancellationToken ending)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, typeof(IWampRealm));
            var client = new WampClient(options);
            _clients.Add(client);
            ending.Register(static client => _ = ((WampClient)client!).DisposeAsync().AsTask(), client);
            return client;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Task.WhenAll(End()).ConfigureAwait(false);

    /// <summary>For containers that are not disposed of asynchronously: says goodbye without waiting for the answer.</summary>
    public void Dispose() => End();

    private Task[] End()
    {
        WampClient[] ending;
        lock (_gate)
        {
            _hasEnded = true;
            ending = [.. _clients];
            _clients.Clear();
        }

        return [.. ending.Select(client => client.DisposeAsync().AsTask())];
    }
}
