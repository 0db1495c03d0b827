using WampRouter.Client.Diagnostics;
using WampRouter.Client.PubSub;
using WampRouter.Client.Rpc;

namespace WampRouter.Client.Sessions;

/// <summary>Whom a session tells what no caller waits for. Any thread; must not wait.</summary>
internal interface ISessionOwner
{
    /// <summary>Where the work of its sessions is measured.</summary>
    ClientTelemetry Telemetry { get; }

    /// <summary>Something failed in the background.</summary>
    void Report(WampBackgroundErrorKind kind, string uri, Exception exception);

    /// <summary>The router took a subscription back.</summary>
    void Revoked(Subscription subscription, Revocation revocation);

    /// <summary>The router took a registration back.</summary>
    void Revoked(Registration registration, Revocation revocation);
}
