using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports.Listening;

/// <summary>
/// Listens with sockets as the server's own factory does, except that they can be opened and closed at any time, and that the accept loop bears it when no more files can be opened: see
/// <see cref="SocketListener"/>. Any thread.
/// </summary>
internal sealed class SocketListeners : IDisposable
{
    private readonly SocketTransportOptions _options;
    private readonly IMemoryPoolFactory<byte> _blocks;
    private readonly TransportServices _services;
    private readonly ILogger _logger;
    private readonly SocketConnectionContextFactory _connections;      // of all of them: what it owns, connections need for longer than their listener is there

    /// <param name="options">The server's settings of its sockets.</param>
    /// <param name="blocks">What connections read into and write from.</param>
    /// <param name="services">What all connections share.</param>
    /// <param name="loggers">For the server's connections.</param>
    /// <param name="logger">Where the accept loop logs.</param>
    public SocketListeners(IOptions<SocketTransportOptions> options, IMemoryPoolFactory<byte> blocks, TransportServices services, ILoggerFactory loggers, ILogger<WebSocketTransport> logger)
    {
        (_options, _blocks, _services, _logger) = (options.Value, blocks, services, logger);
        _connections = new SocketConnectionContextFactory(ConnectionOptions(), loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
    }

    /// <summary>Listens at an address; who comes waits until <see cref="SocketListener.AcceptAsync"/>.</summary>
    /// <exception cref="SocketException">It cannot: the address is taken, or not this machine's, or not for this user.</exception>
    /// <param name="endpoint">The address.</param>
    /// <param name="mode">Who may connect to a Unix domain socket; null: as the system has it.</param>
    public SocketListener Open(EndPoint endpoint, UnixFileMode? mode = null)
    {
        var socket = _options.CreateBoundListenSocket(endpoint);
        try
        {
            if (mode is { } known && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(endpoint.ToString()!, known);      // before it listens: nobody can have connected
            }

            socket.Listen(_options.Backlog);
            return new SocketListener(socket, _connections, _options.NoDelay, _services, _logger);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>When no connection is left.</summary>
    public void Dispose() => _connections.Dispose();

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
            SetMemoryPoolFactory(connections, _blocks);
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
