using Microsoft.AspNetCore.Connections.Features;

namespace WampRouter.Transports;

/// <summary>
/// After the end of a WebSocket the server still sends what is in the transport's pipe, for as long as it takes: a peer that does not read
/// would hold its socket forever. This drops it.
/// </summary>
/// <param name="connection">The transport connection; carries nothing but this WebSocket.</param>
/// <param name="services">Clock and limit.</param>
internal sealed class LingerDeadline(IConnectionLifetimeFeature connection, TransportServices services) : IDeadline
{
    private readonly CancellationToken _closed = connection.ConnectionClosed;
    private readonly long _since = services.Time.GetTimestamp();

    /// <inheritdoc />
    public bool IsOver(long now)
    {
        if (_closed.IsCancellationRequested)
        {
            return true;
        }

        if (services.Time.GetElapsedTime(_since, now) < services.Options.CloseTimeout)
        {
            return false;
        }

        Expire();
        return true;
    }

    /// <inheritdoc />
    public void Expire() => connection.Abort();
}
