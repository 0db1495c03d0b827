using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>How late a peer is with the rest of its message, and with taking what waits for it; and whether that is too late.</summary>
/// <remarks>A mutable struct inside its connection; heartbeat only.</remarks>
internal struct PeerWatch(TransportServices services, TransportLink link)
{
    private MessageClock _message;
    private StallWatch _stall;

    /// <summary>How late it is with the rest of a message, as the last look found.</summary>
    public Lateness Sending { get; private set; }

    /// <summary>How late it is with taking what waits for it, likewise.</summary>
    public Lateness Taking { get; private set; }

    /// <summary>Whether a message has been coming for too long.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="loop">Reads it.</param>
    /// <param name="authId">Who has logged in, for the log.</param>
    public bool IsMessageOverdue(long now, ReadLoop loop, string? authId)
    {
        var comingFor = _message.Look(now, services.Time, loop.IsInsideMessage, loop.Messages, loop.IsHeldUp);
        Sending = new Lateness(comingFor, loop.SharedBytes);
        if (comingFor < services.Options.MessageTimeout)
        {
            return false;
        }

        ConnectionLog.MessageTimeout(link.Logger, link.Info.ConnectionId, link.Info.Address, authId, comingFor.TotalSeconds, Sending.HeldBytes);
        return true;
    }

    /// <summary>Whether it has taken nothing for too long. A peer that pings and never reads is alive, and takes room from others all the same.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="backlog">What waits for it, where its transport is behind.</param>
    /// <param name="isAborted">Whether it is being dropped already.</param>
    /// <param name="authId">Who has logged in, for the log.</param>
    public bool IsStalled(long now, OutboxBacklog? backlog, bool isAborted, string? authId)
    {
        Taking = _stall.Look(now, services.Time, backlog);
        if (isAborted || !_stall.IsStalled(Taking, services.Options.StallTimeout))
        {
            return false;
        }

        ConnectionLog.Stalled(link.Logger, link.Info.ConnectionId, link.Info.Address, authId, Taking.Duration.TotalSeconds, Taking.HeldBytes);
        return true;
    }

    /// <summary>Says in the log that it goes because what waits for it is needed for others.</summary>
    public readonly void ReportOutboxPressure(string? authId) =>
        ConnectionLog.OutboxPressure(link.Logger, link.Info.ConnectionId, link.Info.Address, authId, Taking.Duration.TotalSeconds, Taking.HeldBytes, services.Budget.CapacityBytes, services.Budget.ReservedBytes);

    /// <summary>Says in the log that it goes because what its unfinished message holds is needed for others.</summary>
    public readonly void ReportInboundPressure(string? authId) =>
        ConnectionLog.InboundPressure(link.Logger, link.Info.ConnectionId, link.Info.Address, authId, Sending.Duration.TotalSeconds, Sending.HeldBytes, services.Inbound.CapacityBytes, services.Inbound.ReservedBytes);
}
