using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports.Listening;

/// <summary>Listens with sockets as the server's own factory does, except that the accept loop bears it when no more files can be opened: see <see cref="SocketListener"/>.</summary>
/// <param name="options">The server's settings of its sockets.</param>
/// <param name="blocks">What connections read into and write from.</param>
/// <param name="services">What all connections share.</param>
/// <param name="loggers">For the server's connections.</param>
/// <param name="logger">Where the accept loop logs.</param>
internal sealed class SocketListenerFactory(
    IOptions<SocketTransportOptions> options, IMemoryPoolFactory<byte> blocks, TransportServices services, ILoggerFactory loggers, ILogger<WebSocketTransport> logger)
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
            var connections = new SocketConnectionContextFactory(ConnectionOptions(), loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
            return ValueTask.FromResult<IConnectionListener>(new SocketListener(socket, connections, _options.NoDelay, services, logger));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    private SocketConnectionFactoryOptions ConnectionOptions()
    {
        var connections = new SocketConnectionFactoryOptions
        {
            IOQueueCount = _options.IOQueueCount,
            MaxReadBufferSize = _options.MaxReadBufferSize,
            MaxWriteBufferSize = _options.MaxWriteBufferSize,
            UnsafePreferInlineScheduling = _options.UnsafePreferInlineScheduling,
            WaitForDataBeforeAllocatingBuffer = _options.WaitForDataBeforeAllocatingBuffer,
        };
        try
        {
            SetMemoryPoolFactory(connections, blocks);
        }
        catch (MissingMethodException)
        {
            // A later version of the server has another name for it: its own blocks serve as well, and give their memory back more slowly.
        }

        return connections;
    }

    /// <summary>The server's own factory passes its blocks on in this way; who makes connections himself is given no other.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_MemoryPoolFactory")]
    private static extern void SetMemoryPoolFactory(SocketConnectionFactoryOptions options, IMemoryPoolFactory<byte> factory);
}
