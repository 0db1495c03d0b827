using System.Runtime.InteropServices;

namespace WampRouter.Server;

/// <summary>
/// SIGHUP, which has the configuration read again. It is taken before everything else, since unheard it ends the process, and whoever has just started a router may well send it; what comes before the router runs is
/// remembered, and obeyed then.
/// </summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Lock _gate = new();        // nothing is taken under it
    private readonly PosixSignalRegistration _registration;
    private Action? _reload;        // null: nobody obeys yet
    private bool _hasCome;

    public ReloadSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

    /// <summary>Obeys from now on; at once, if it has come before.</summary>
    public void Obey(Action reload)
    {
        lock (_gate)
        {
            _reload = reload;
            if (!_hasCome)
            {
                return;
            }
        }

        reload();
    }

    /// <summary>Obeys, or remembers. What the system calls.</summary>
    public void Come()
    {
        Action? reload;
        lock (_gate)
        {
            (reload, _hasCome) = (_reload, true);
        }

        reload?.Invoke();
    }

    /// <inheritdoc />
    public void Dispose() => _registration.Dispose();

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;       // the process does not end
        Come();
    }
}
