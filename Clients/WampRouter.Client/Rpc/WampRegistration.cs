using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>A registered procedure. It survives reconnects; dispose it to unregister.</summary>
public sealed class WampRegistration : IAsyncDisposable
{
    private readonly RegistrationTable _table;
    private readonly Registration _registration;

    internal WampRegistration(RegistrationTable table, Registration registration) => (_table, _registration) = (table, registration);

    /// <summary>The procedure or pattern that was registered.</summary>
    public string Procedure => _registration.Procedure;

    /// <summary>Completes with the reason when the router takes the registration back, for example because another client forced its own. It is not restored.</summary>
    public Task<string> Revoked => _registration.Revocation.Task;

    /// <summary>Unregisters. Invocations that run already are finished and answered.</summary>
    /// <returns>A task that completes when the router confirmed it, or the connection is gone.</returns>
    public ValueTask DisposeAsync() => new(_table.RemoveAsync(_registration));
}
