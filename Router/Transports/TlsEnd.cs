using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace WampRouter.Transports;

/// <summary>How a connection that carried nothing but a WebSocket ends under TLS.</summary>
internal static class TlsEnd
{
    /// <summary>
    /// Says close_notify (RFC 8446 section 6.1), which the server does not do by itself: without it a strict peer takes the end of the stream for an attack that cut it short.
    /// Nothing may be written meanwhile or afterwards. A peer that does not read makes it wait: bounded by a <see cref="LingerDeadline"/>.
    /// </summary>
    /// <param name="connection">The features of the connection; those of one without TLS have nothing to say.</param>
    public static async Task NotifyAsync(IFeatureCollection connection)
    {
        if (connection.Get<ISslStreamFeature>()?.SslStream is not { } stream)
        {
            return;
        }

        try
        {
            await stream.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The peer is gone already.
        }
    }
}
