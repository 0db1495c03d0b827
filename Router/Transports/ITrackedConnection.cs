using WampRouter.Sessions.Connections;

namespace WampRouter.Transports;

/// <summary>An open connection as the <see cref="ConnectionRoster"/> knows it.</summary>
internal interface ITrackedConnection : IConnection
{
    /// <summary>Called a few times per <see cref="TransportOptions.PingTimeout"/>, never twice at once: keepalive and deadlines live here, so that no connection owns a timer.</summary>
    /// <param name="now">A timestamp of the roster's clock.</param>
    void OnHeartbeat(long now);

    /// <summary>Whether it is to end already: what is held for it will soon be free.</summary>
    bool IsEnding { get; }

    /// <summary>How late it is with taking what waits for it, as the last heartbeat found. Heartbeat only.</summary>
    Lateness Taking { get; }

    /// <summary>How late it is with the rest of a message, likewise.</summary>
    Lateness Sending { get; }

    /// <summary>Drops it, because what waits for it is needed for others. Heartbeat only.</summary>
    void EndForOutboxPressure();

    /// <summary>Ends it, because what its unfinished message holds is needed for others. Heartbeat only.</summary>
    void EndForInboundPressure();
}
