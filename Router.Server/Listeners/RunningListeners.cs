using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Server.Configuration;
using WampRouter.Sessions;
using WampRouter.Transports;
using WampRouter.Transports.Listening;

namespace WampRouter.Server.Listeners;

/// <summary>
/// The listeners of the program, which come, go and change while it runs. One that goes closes its sockets: nobody comes in there any more, and who is in stays. One that changes keeps them, whatever changes
/// but the address.
/// </summary>
/// <remarks>Opened once the server runs, closed when it stops. One reload at a time.</remarks>
internal sealed partial class RunningListeners : IReloadPart, IHostedLifecycleService, IDisposable
{
    private readonly AcceptQueues _queues;
    private readonly SocketListeners _sockets;
    private readonly RouterConfiguration _first;
    private readonly KestrelServerLimits _http;
    private readonly HostOptions _host;
    private readonly ILogger _logger;
    private volatile OpenListener[] _open = [];

    /// <param name="queues">Where the server takes connections from.</param>
    /// <param name="sockets">Opens sockets.</param>
    /// <param name="entrances">Where clients come in.</param>
    /// <param name="first">What is configured at the start.</param>
    /// <param name="kestrel">The server's limits, which follow the router's.</param>
    /// <param name="host">How long the host waits for the shutdown, which follows them too.</param>
    /// <param name="time">The clock that certificates are judged by.</param>
    /// <param name="logger">Where it logs.</param>
    public RunningListeners(
        AcceptQueues queues, SocketListeners sockets, Entrances entrances, RouterConfiguration first, IOptions<KestrelServerOptions> kestrel, IOptions<HostOptions> host, TimeProvider time, ILogger<RunningListeners> logger)
    {
        (_queues, _sockets, Entrances, _first, Time, _logger) = (queues, sockets, entrances, first, time, logger);
        (_http, _host) = (kestrel.Value.Limits, host.Value);
    }

    /// <summary>Where clients come in, before the limits of their listener.</summary>
    public Entrances Entrances { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Those that are open, in the order of the settings.</summary>
    public IReadOnlyList<OpenListener> Open => _open;

    /// <summary>What some listener served at the start: only that is prepared for.</summary>
    public ListenerServices Prepared => StandAloneSettings.Of(_first).Listeners.Aggregate(ListenerServices.None, static (all, listener) => all | listener.Services);

    /// <summary>Whether the program has begun to serve.</summary>
    public bool IsServing { get; private set; }

    /// <summary>Where they listen, with the ports that they really have.</summary>
    public ICollection<string> Urls => [.. _open.Select(listener => listener.Url)];

    /// <inheritdoc />
    public IReloadStep Prepare(RouterConfiguration configuration)
    {
        var change = new ListenersChange(this, configuration);
        try
        {
            change.Prepare();
            return change;
        }
        catch
        {
            change.Dispose();
            throw;
        }
    }

    /// <summary>Listens at an address; nobody is accepted before <see cref="Serve"/>.</summary>
    /// <exception cref="SocketException">It cannot.</exception>
    /// <param name="address">Where.</param>
    /// <param name="mode">Who may connect to a Unix domain socket; null: as the system has it.</param>
    public SocketListener Listen(EndPoint address, UnixFileMode? mode)
    {
        if (address is not UnixDomainSocketEndPoint)
        {
            return _sockets.Open(address);
        }

        UnixSocketFile.RemoveStale(address.ToString()!);
        return _sockets.Open(address, mode);
    }

    /// <summary>Accepts whoever comes to a socket, until it is closed.</summary>
    public void Serve(ListeningSocket socket) => _ = Task.Run(() => AcceptAsync(socket, socket.Listener));

    /// <summary>These are the listeners from now on.</summary>
    public void Replace(OpenListener[] open, StandAloneOptions options)
    {
        _open = open;
        IsServing = true;
        _host.ShutdownTimeout = ShutdownTimeout(options.Sessions);
        Limit(_http, options.Transports);
    }

    /// <summary>After the router's own bound the host drops whoever is left, such as those who have not said what they want.</summary>
    public static TimeSpan ShutdownTimeout(WampSessionOptions sessions) => sessions.LongestShutdown + WampSessionOptions.ClosingTime;

    /// <summary>What the HTTP pipeline may take: nobody who comes for a page needs longer than a WebSocket client, or sends more than a message.</summary>
    public static void Limit(KestrelServerLimits limits, TransportOptions transports)
    {
        limits.RequestHeadersTimeout = transports.HandshakeTimeout;
        limits.KeepAliveTimeout = transports.HandshakeTimeout;
        limits.MaxRequestBodySize = transports.MaxMessageBytes;
    }

    /// <summary>Says that a socket that was closed for another could not be opened again.</summary>
    public void ReportLost(ListeningSocket socket, Exception e) => Log.Lost(_logger, socket.Wanted, e.Message);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Opens the first, once everything runs that they lead to.</summary>
    /// <exception cref="WampRouterConfigurationException">One cannot be opened.</exception>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        using var change = Prepare(_first);
        change.TakeEffect();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Accepts nobody any more.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var socket in _open.SelectMany(listener => listener.Sockets))
        {
            socket.Listener.Dispose();
        }
    }

    private async Task AcceptAsync(ListeningSocket socket, SocketListener listener)
    {
        try
        {
            while (await listener.AcceptAsync() is { } connection)
            {
                var edition = socket.Owner!.Edition;
                connection.Features.Set(edition);
                await (edition.Tls is null ? _queues.Plain : _queues.Secure).PassOnAsync(connection);
            }
        }
        catch (Exception e)
        {
            Log.AcceptsNobody(_logger, e, socket.Wanted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1266, LogLevel.Critical, "{EndPoint} accepts nobody any more")]
        public static partial void AcceptsNobody(ILogger logger, Exception exception, EndPoint endPoint);

        [LoggerMessage(1267, LogLevel.Critical, "{EndPoint} was closed for an address that takes its place and could not be opened, and cannot be opened again itself: {Problem}. Read the configuration again when it can")]
        public static partial void Lost(ILogger logger, EndPoint endPoint, string problem);
    }
}
