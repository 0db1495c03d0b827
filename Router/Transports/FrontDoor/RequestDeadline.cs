using Microsoft.AspNetCore.Connections;

namespace WampRouter.Transports.FrontDoor;

/// <summary>A new connection must say what it wants in time: wakes the reader when it has not.</summary>
internal sealed class RequestDeadline(ConnectionContext connection, TransportServices services) : IDeadline
{
    private readonly long _since = services.Time.GetTimestamp();
    private volatile bool _isOver;

    /// <summary>Whether the time is up.</summary>
    public bool HasPassed => _isOver;

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        if (services.Time.GetElapsedTime(_since, now) < services.Options.HandshakeTimeout)
        {
            return false;
        }

        _isOver = true;
        connection.Transport.Input.CancelPendingRead();
        return true;
    }
}
