namespace WampRouter.Client;

/// <summary>Registrations that belong together, such as those of one object. Dispose it to unregister them all.</summary>
public sealed class WampService : IAsyncDisposable
{
    /// <summary>Puts registrations together.</summary>
    /// <param name="registrations">The registrations; the list is not copied.</param>
    public WampService(IReadOnlyList<WampRegistration> registrations)
    {
        ArgumentNullException.ThrowIfNull(registrations);
        Registrations = registrations;
    }

    /// <summary>The registrations, such as one for each attributed method.</summary>
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
