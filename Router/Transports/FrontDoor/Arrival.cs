using Microsoft.AspNetCore.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// A new connection until it has said what it wants: it counts as a handshake under way, and has its time. Where it is passed on to the HTTP pipeline, that lasts until the pipeline has
/// a whole request; a feature of the connection, for the pipeline to say so.
/// </summary>
internal sealed class Arrival(ConnectionContext connection, TransportServices services, HandshakeSlot slot) : IDeadline
{
    private readonly long _since = services.Time.GetTimestamp();
    private volatile bool _isOver;
    private volatile bool _isPassedOn;

    /// <summary>Whether the time is up.</summary>
    public bool HasPassed => _isOver;

    /// <summary>Begins the time.</summary>
    public void Begin() => services.Roster.Watch(this);

    /// <summary>Somebody else reads from now on.</summary>
    public void PassOn()
    {
        _isPassedOn = true;
        connection.Features.Set(this);
    }

    /// <summary>It has said what it wants, or is gone. Idempotent.</summary>
    public void End()
    {
        services.Roster.Unwatch(this);
        slot.Dispose();
    }

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        if (services.Time.GetElapsedTime(_since, now) < services.Options.HandshakeTimeout)
        {
            return false;
        }

        _isOver = true;
        if (_isPassedOn)
        {
            connection.Abort();
        }
        else
        {
            connection.Transport.Input.CancelPendingRead();
        }

        return true;
    }
}
