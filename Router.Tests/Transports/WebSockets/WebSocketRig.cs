using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
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
using WampRouter.Transports.Compression;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>The ways a client reaches the transport; one suite runs over all of them.</summary>
internal enum WayIn
{
    Pipe,
    FrontDoor,
    FrontDoorTls,
    Endpoint,
    EndpointTls,
    EndpointHttp2,
    EndpointHttp2Tls,
}

/// <summary>An echo server with every way in, on ports of its own, and a client for each.</summary>
internal sealed class WebSocketRig : IAsyncDisposable
{
    public const string Path = "/ws";

    /// <summary>Where the settings of the listener with limits of its own would be.</summary>
    public const string LimitedSection = "WampRouter:Listeners:1";

    private readonly WebApplication _app;
    private Uri[] _addresses = [];

    private WebSocketRig(WebApplication app) => _app = app;

    public EchoReceivers Receivers { get; private init; } = new();

    public TransportServices Services => _app.Services.GetRequiredService<TransportServices>();

    /// <summary>Starts it.</summary>
    /// <param name="subprotocols">What the ways in ask for; nothing by default.</param>
    /// <param name="time">The router's clock.</param>
    /// <param name="configure">Changes limits.</param>
    /// <param name="sessions">Makes the sessions, where they are not to be <see cref="Receivers"/>.</param>
    /// <param name="logger">Gets what the transport logs.</param>
    /// <param name="section">Where the settings of those limits would be.</param>
    /// <param name="listener">Limits of the front door without TLS, which the other listeners do not have.</param>
    public static async Task<WebSocketRig> StartAsync(
        SubprotocolPolicy? subprotocols = null,
        TimeProvider? time = null,
        Action<TransportOptions>? configure = null,
        IReceiverFactory? sessions = null,
        ILogger<WebSocketTransport>? logger = null,
        ListenerLimits? listener = null,
        string section = LimitedSection)
    {
        var receivers = new EchoReceivers();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        if (logger is not null)
        {
            builder.Services.AddSingleton(logger);
        }

        builder.Services.AddSingleton(sessions ?? receivers);
        builder.Services.AddSingleton(subprotocols ?? SubprotocolPolicy.NoneRequired);
        var options = new TransportOptions { MaxMessageBytes = 4 * 1024 * 1024, MaxMessageBytesBeforeLogin = 16 * 1024 * 1024, OutboxBytes = 64 * 1024 * 1024 };
        configure?.Invoke(options);
        builder.Services.AddTransports(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var way in Enum.GetValues<WayIn>().Where(w => w != WayIn.Pipe))
            {
                kestrel.Listen(IPAddress.Loopback, 0, options => Configure(options, way, way == WayIn.FrontDoor ? listener : null, section));
            }
        });

        var app = builder.Build();
        app.UseArrivals();
        app.MapWebSocketEntrance(Path, app.Services.GetRequiredService<WebSocketEntrance>());
        app.MapGet("/other", context =>
        {
            context.Response.ContentLength = "pipeline".Length;
            return context.Response.WriteAsync("pipeline");
        });
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new WebSocketRig(app) { Receivers = receivers, _addresses = [.. addresses.Select(a => new Uri(a))] };
    }

    /// <summary>What it measures.</summary>
    public RouterMeter Meter => _app.Services.GetRequiredService<RouterMeter>();

    public WebSocketTransport Transport => _app.Services.GetRequiredService<WebSocketTransport>();

    public Uri AddressOf(WayIn way) => _addresses[(int)way - 1];

    /// <summary>A client whose handshake is done.</summary>
    public Task<FrameClient> ConnectAsync(WayIn way, string? subprotocol = null, string? extensions = null) => way switch
    {
        WayIn.Pipe => Task.FromResult(ConnectPipe(extensions)),
        WayIn.EndpointHttp2 or WayIn.EndpointHttp2Tls => ConnectHttp2Async(way, subprotocol, extensions),
        _ => ConnectHttp1Async(way, subprotocol, extensions),
    };

    /// <summary>A bare connection, over TLS where the way in has it.</summary>
    public async Task<Stream> OpenAsync(WayIn way)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, AddressOf(way).Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (way is WayIn.FrontDoorTls or WayIn.EndpointTls)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(TrustAnything("localhost"));
            stream = tls;
        }

        return stream;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Configure(ListenOptions listener, WayIn way, ListenerLimits? limits, string section)
    {
        listener.Protocols = way switch
        {
            WayIn.EndpointHttp2 => HttpProtocols.Http2,
            WayIn.FrontDoor or WayIn.Endpoint => HttpProtocols.Http1,
            _ => HttpProtocols.Http1AndHttp2,
        };
        if (way is WayIn.FrontDoorTls or WayIn.EndpointTls or WayIn.EndpointHttp2Tls)
        {
            listener.UseHttps(TestCertificates.Localhost);
        }

        if (way is WayIn.FrontDoor or WayIn.FrontDoorTls)
        {
            var entrance = listener.ApplicationServices.GetRequiredService<WebSocketEntrance>();
            listener.UseFrontDoor(limits is null ? entrance : entrance.Within(limits, section), Path);
        }
    }

    private FrameClient ConnectPipe(string? extensions)
    {
        // The thread pool in between, as between a socket and the router.
        var toServer = new System.IO.Pipelines.Pipe(new PipeOptions(useSynchronizationContext: false));
        var toClient = new System.IO.Pipelines.Pipe(new PipeOptions(useSynchronizationContext: false));
        var info = new ConnectionDetails { Transport = "websocket", Encoding = new(WireFormat.Json, Framing.WebSocket), ConnectionId = "pipe" };
        ExtensionHeader.TryRead(extensions, out var offers);
        var agreed = Services.Compression.Agree(offers, out _);
        Assert.That(Services.Roster.TryEnter(), Is.EqualTo(Room.Granted));
        _ = RunAsync();
        return new FrameClient(new PipePair(toClient.Reader, toServer.Writer)) { Extensions = agreed?.ToString() };

        async Task RunAsync()
        {
            var isOrderly = await Transport.RunAsync(new PipePair(toServer.Reader, toClient.Writer), info, MessageKinds.Any, Receivers, agreed);
            await toServer.Reader.CompleteAsync();
            await toClient.Writer.CompleteAsync(isOrderly ? null : new IOException("aborted"));
        }
    }

    private async Task<FrameClient> ConnectHttp1Async(WayIn way, string? subprotocol, string? extensions)
    {
        var stream = await OpenAsync(way);
        var agreed = subprotocol is null ? string.Empty : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        agreed += extensions is null ? string.Empty : $"Sec-WebSocket-Extensions: {extensions}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{agreed}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var pipe = new PipePair(PipeReader.Create(stream), PipeWriter.Create(stream));
        var head = await ReadHeadAsync(pipe.Input);
        Assert.That(head, Does.StartWith("HTTP/1.1 101 ").And.Contain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        return new FrameClient(pipe, stream) { Extensions = ExtensionsIn(head) };
    }

    private async Task<FrameClient> ConnectHttp2Async(WayIn way, string? subprotocol, string? extensions)
    {
        var handler = new SocketsHttpHandler { SslOptions = TrustAnything("localhost") };
        var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Connect, new Uri(AddressOf(way), Path)) { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Add("Sec-WebSocket-Version", "13");
        if (subprotocol is not null)
        {
            request.Headers.Add("Sec-WebSocket-Protocol", subprotocol);
        }

        if (extensions is not null)
        {
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Extensions", extensions);
        }

        var response = await client.SendAsync(request, default).Soon();
        Assert.That(response.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.OK));
        var stream = await response.Content.ReadAsStreamAsync();
        return new FrameClient(new PipePair(PipeReader.Create(stream), PipeWriter.Create(stream)), client)
        {
            Extensions = response.Headers.TryGetValues("Sec-WebSocket-Extensions", out var answer) ? answer.Single() : null,
        };
    }

    /// <summary>What an answer says of extensions; null: nothing.</summary>
    public static string? ExtensionsIn(string head) =>
        head.Split("\r\n").SingleOrDefault(line => line.StartsWith("Sec-WebSocket-Extensions: ", StringComparison.OrdinalIgnoreCase))?["Sec-WebSocket-Extensions: ".Length..];

    /// <summary>Reads an HTTP/1.1 head and leaves what follows.</summary>
    public static async Task<string> ReadHeadAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync().Soon();
            var text = Encoding.ASCII.GetString(read.Buffer);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 || read.IsCompleted)
            {
                var taken = end >= 0 ? end + 4 : text.Length;
                input.AdvanceTo(read.Buffer.GetPosition(taken));
                return text[..taken];
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static SslClientAuthenticationOptions TrustAnything(string host) => new()
    {
        TargetHost = host,
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };
}
