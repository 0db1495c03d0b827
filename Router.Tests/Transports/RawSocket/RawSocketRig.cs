using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Measures;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.RawSocket;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>By what a RawSocket client comes in.</summary>
internal enum RawSocketWay
{
    /// <summary>A port for everything.</summary>
    SharedPort,

    /// <summary>The same under TLS.</summary>
    SharedPortTls,

    /// <summary>A port for RawSocket alone.</summary>
    OwnPort,

    /// <summary>A port for everything but RawSocket.</summary>
    WithoutRawSocket,

    /// <summary>A Unix domain socket for everything.</summary>
    UnixSocket,
}

/// <summary>An echo server, or one of real sessions, at which RawSocket clients come in by real sockets.</summary>
internal sealed class RawSocketRig : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;
    private Uri[] _addresses = [];

    private RawSocketRig(WebApplication app, string directory) => (_app, _directory) = (app, directory);

    public EchoReceivers Receivers { get; private init; } = new();

    /// <summary>What the front door and the WebSockets log.</summary>
    public LogRecorder<WebSocketTransport> DoorLog { get; private init; } = new();

    /// <summary>What the transport logs.</summary>
    public LogRecorder<RawSocketTransport> Log { get; private init; } = new();

    public TransportServices Services => _app.Services.GetRequiredService<TransportServices>();

    public RouterMeter Meter => _app.Services.GetRequiredService<RouterMeter>();

    private string SocketPath => Path.Combine(_directory, "s");

    public static async Task<RawSocketRig> StartAsync(TimeProvider? time = null, Action<TransportOptions>? configure = null, IReceiverFactory? sessions = null, bool behindProxy = false)
    {
        var directory = Directory.CreateTempSubdirectory("rs").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        var options = new TransportOptions { MaxMessageBytes = 1024 * 1024, MaxMessageBytesBeforeLogin = 1024 * 1024, OutboxBytes = 64 * 1024 * 1024 };
        configure?.Invoke(options);
        var (receivers, log, doorLog) = (new EchoReceivers(), new LogRecorder<RawSocketTransport>(), new LogRecorder<WebSocketTransport>());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ILogger<RawSocketTransport>>(log);
        builder.Services.AddSingleton<ILogger<WebSocketTransport>>(doorLog);
        builder.Services.AddSingleton(sessions ?? receivers);
        builder.Services.AddSingleton(SubprotocolPolicy.NoneRequired);
        builder.Services.AddTransports(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var way in Enum.GetValues<RawSocketWay>().Where(way => way != RawSocketWay.UnixSocket))
            {
                kestrel.Listen(IPAddress.Loopback, 0, listener => Configure(listener, way, behindProxy));
            }

            kestrel.ListenUnixSocket(Path.Combine(directory, "s"), listener => Configure(listener, RawSocketWay.UnixSocket, behindProxy));
        });
        var app = builder.Build();
        app.UseArrivals();
        app.MapGet("/other", context => context.Response.WriteAsync("pipeline"));
        await app.StartAsync().Soon();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new RawSocketRig(app, directory) { Receivers = receivers, Log = log, DoorLog = doorLog, _addresses = [.. addresses.Where(address => !address.Contains("unix", StringComparison.Ordinal)).Select(address => new Uri(address))] };
    }

    /// <summary>A bare connection, over TLS where the way in has it.</summary>
    public async Task<RawSocketClient> OpenAsync(RawSocketWay way)
    {
        var isUnix = way == RawSocketWay.UnixSocket;
        var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(isUnix ? new UnixDomainSocketEndPoint(SocketPath) : new IPEndPoint(IPAddress.Loopback, AddressOf(way).Port)).Soon();
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (way == RawSocketWay.SharedPortTls)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            }).Soon();
            stream = tls;
        }

        return new RawSocketClient(stream, socket);
    }

    /// <summary>A client whose handshake is done.</summary>
    public async Task<RawSocketClient> ConnectAsync(RawSocketWay way = RawSocketWay.SharedPort, int length = 15, int serializer = 1)
    {
        var client = await OpenAsync(way);
        await client.SendAsync([0x7F, (byte)((length << 4) | serializer), 0, 0]);
        var reply = await client.ReadAsync(4);
        Assert.That((reply[0], reply[1] & 0x0F, reply[2], reply[3]), Is.EqualTo(((byte)0x7F, serializer, (byte)0, (byte)0)));
        return client;
    }

    /// <summary>What the .NET client is given.</summary>
    public Uri ClientAddressOf(RawSocketWay way) => way switch
    {
        RawSocketWay.UnixSocket => new Uri($"unix:{SocketPath}"),
        RawSocketWay.SharedPortTls => new Uri($"tcps://localhost:{AddressOf(way).Port}"),
        _ => new Uri($"tcp://127.0.0.1:{AddressOf(way).Port}"),
    };

    public Uri AddressOf(RawSocketWay way) => _addresses[(int)way];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Configure(ListenOptions listener, RawSocketWay way, bool behindProxy)
    {
        if (way == RawSocketWay.SharedPortTls)
        {
            listener.UseHttps(TestCertificates.Localhost);
        }

        var services = listener.ApplicationServices;
        var rawSockets = way == RawSocketWay.WithoutRawSocket ? null : services.GetRequiredService<RawSocketEntrance>();
        listener.UseFrontDoor(new WaysIn(services.GetRequiredService<WebSocketEntrance>(), way == RawSocketWay.OwnPort ? null : "/ws", rawSockets) { HasPipeline = way != RawSocketWay.OwnPort, Proxy = behindProxy ? new ProxyBefore(new TrustedProxies([]), readsHeaders: true) : null });
    }
}
