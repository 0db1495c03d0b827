namespace WampRouter.Client;

/// <summary>A registered procedure. It survives reconnects; dispose it to unregister.</summary>
public sealed class WampRegistration : IAsyncDisposable
{
    private readonly Func<Task> _unregister;

    internal WampRegistration(string procedure, Task<string> revoked, Func<Task> unregister) => (Procedure, Revoked, _unregister) = (procedure, revoked, unregister);

    /// <summary>The procedure or pattern that was registered.</summary>
    public string Procedure { get; }

    /// <summary>Completes with the reason when the router takes the registration back, for example because another client forced its own. It is not restored.</summary>
    public Task<string> Revoked { get; }

    /// <summary>Unregisters. Invocations that run already are finished and answered.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_unregister());
}
