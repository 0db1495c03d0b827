using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WampRouter.Transports.WebSocket;

namespace WampRouter.Transports.Listening;

/// <summary>Listens with sockets as the server's own factory does, except that the accept loop bears it when no more files can be opened: see <see cref="SocketListener"/>.</summary>
internal sealed class SocketListenerFactory(IOptions<SocketTransportOptions> options, TransportServices services, ILoggerFactory loggers, ILogger<WebSocketTransport> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportOptions _options = options.Value;

    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var socket = _options.CreateBoundListenSocket(endpoint);
            socket.Listen(_options.Backlog);
            var connections = new SocketConnectionContextFactory(
                new SocketConnectionFactoryOptions
                {
                    IOQueueCount = _options.IOQueueCount,
                    MaxReadBufferSize = _options.MaxReadBufferSize,
                    MaxWriteBufferSize = _options.MaxWriteBufferSize,
                    UnsafePreferInlineScheduling = _options.UnsafePreferInlineScheduling,
                    WaitForDataBeforeAllocatingBuffer = _options.WaitForDataBeforeAllocatingBuffer,
                },
                loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
            return ValueTask.FromResult<IConnectionListener>(new SocketListener(socket, connections, _options.NoDelay, services, logger));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }
}
