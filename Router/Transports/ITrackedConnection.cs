using WampRouter.Sessions;

namespace WampRouter.Transports;

/// <summary>An open connection as the <see cref="ConnectionRoster"/> knows it.</summary>
internal interface ITrackedConnection : IConnection
{
    /// <summary>Called a few times per <see cref="TransportOptions.PingTimeout"/>, never twice at once: keepalive and deadlines live here, so that no connection owns a timer.</summary>
    /// <param name="now">A timestamp of the roster's clock.</param>
    void OnHeartbeat(long now);
}
