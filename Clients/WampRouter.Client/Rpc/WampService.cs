namespace WampRouter.Client;

/// <summary>The procedures of one object. Dispose it to unregister them all.</summary>
public sealed class WampService : IAsyncDisposable
{
    internal WampService(IReadOnlyList<WampRegistration> registrations) => Registrations = registrations;

    /// <summary>One registration for each attributed method.</summary>
    public IReadOnlyList<WampRegistration> Registrations { get; }

    /// <summary>Unregisters all procedures.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var registration in Registrations)
        {
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }
}
