using Microsoft.AspNetCore.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// A new connection until it has said what it wants: it counts as a handshake under way, and has its time, under TLS first for that and then again. Where it is passed on to the HTTP pipeline, that lasts
/// until the pipeline has a whole request. While others read from it, it is a feature of the connection, for them to say so.
/// </summary>
internal sealed class Arrival(ConnectionContext connection, TransportServices services, HandshakeSlot slot) : IDeadline
{
    private long _since = services.Time.GetTimestamp();
    private volatile bool _isOver;
    private volatile bool _isPassedOn;

    /// <summary>Whether the time is up.</summary>
    public bool HasPassed => _isOver;

    /// <summary>Begins the time, or begins it anew: its own reader reads from now on.</summary>
    public void Begin()
    {
        Volatile.Write(ref _since, services.Time.GetTimestamp());
        _isPassedOn = false;
        services.Roster.Watch(this);
    }

    /// <summary>Somebody else reads from now on.</summary>
    public void PassOn()
    {
        _isPassedOn = true;
        connection.Features.Set(this);
        services.Roster.Watch(this);
    }

    /// <summary>It has said what it wants, or is gone. Idempotent.</summary>
    public void End()
    {
        services.Roster.Unwatch(this);
        slot.Dispose();
        connection.Features.Set<Arrival>(null);     // a connection that lives for long is not to keep it
    }

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        if (services.Time.GetElapsedTime(Volatile.Read(ref _since), now) < services.Options.HandshakeTimeout)
        {
            return false;
        }

        Expire();
        return true;
    }

    /// <inheritdoc />
    public void Expire()
    {
        _isOver = true;
        if (_isPassedOn)
        {
            connection.Abort();
        }
        else
        {
            connection.Transport.Input.CancelPendingRead();
        }
    }
}
