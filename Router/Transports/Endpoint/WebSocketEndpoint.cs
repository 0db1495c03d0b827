using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports.Endpoint;

/// <summary>The way in through an HTTP pipeline: the upgrade of HTTP/1.1, and extended CONNECT of HTTP/2 (RFC 8441), which browsers choose under TLS.</summary>
/// <param name="all">What it leads to where the listener says nothing else.</param>
internal sealed class WebSocketEndpoint(WebSocketEntrance all)
{
    /// <summary>A zero-byte read waits without holding a buffer.</summary>
    private static readonly StreamPipeReaderOptions IdleWithoutBuffer = new(leaveOpen: true, useZeroByteReads: true);

    private static readonly StreamPipeWriterOptions LeaveOpen = new(leaveOpen: true);

    /// <summary>Serves one request to the end of its WebSocket.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = Read(context) with { IsOriginAllowed = await EndpointCors.AllowsAsync(context) };
        var entrance = context.Features.Get<WebSocketEntrance>() ?? all;
        var refusal = entrance.Admit(request, context.TraceIdentifier, HttpVisitor.RemoteOf(context), out var guest);
        if (guest is null)
        {
            await HttpRefusal.WriteAsync(context.Response, refusal!);
            return;
        }

        IDuplexPipe pipe;
        WebSocketBridge? bridge = null;
        try
        {
            bridge = FindBridge(context) is { } host ? await BridgeAsync(host, guest.Subprotocol.Name) : null;
            pipe = bridge?.Pipe ?? await AcceptAsync(context, request, guest);
        }
        catch
        {
            entrance.GiveUp(guest);
            throw;
        }

        var passing = bridge?.RunAsync(entrance.Services.Options.CloseTimeout, entrance.Services.Time) ?? Task.CompletedTask;
        var isOrderly = await entrance.RunAsync(pipe, guest);
        await FinishAsync(context, request, pipe, isOrderly);
        await passing;
    }

    /// <summary>Whether the client of any request is on this machine, by the rules for those who ask for a WebSocket.</summary>
    public static bool IsLocal(HttpContext context) =>
        Entrance.Describe(Read(context), WebSocketTransport.Name, SubprotocolPolicy.Wamp.Known[0], context.TraceIdentifier, HttpVisitor.RemoteOf(context)).IsLocal;

    private static UpgradeRequest Read(HttpContext context)
    {
        var headers = context.Request.Headers;
        var connect = context.Features.Get<IHttpExtendedConnectFeature>();
        var isExtendedConnect = connect is { IsExtendedConnect: true };
        return new UpgradeRequest(HttpVisitor.Read(context))
        {
            Method = context.Request.Method,
            IsExtendedConnect = isExtendedConnect,
            IsHttp11 = HttpProtocol.IsHttp11(context.Request.Protocol),
            HasBody = !isExtendedConnect && (context.Request.ContentLength > 0 || headers.TransferEncoding.Count > 0),
            Upgrade = isExtendedConnect ? connect!.Protocol : headers.Upgrade,
            Connection = headers.Connection,
            Version = headers.SecWebSocketVersion,
            Key = headers.SecWebSocketKey,
            Subprotocols = headers.SecWebSocketProtocol,
            Extensions = FindBridge(context) is null ? (string?)headers.SecWebSocketExtensions : null,       // a host that frames messages itself says by itself how
        };
    }

    /// <summary>Where the host has no connection to give away, but accepts a WebSocket itself: null otherwise.</summary>
    private static IHttpWebSocketFeature? FindBridge(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            && context.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } host
            ? host
            : null;

    private static async Task<WebSocketBridge> BridgeAsync(IHttpWebSocketFeature host, string? subprotocol) =>
        new(await host.AcceptAsync(new WebSocketAcceptContext { SubProtocol = subprotocol }));

    private static Task<IDuplexPipe> AcceptAsync(HttpContext context, UpgradeRequest request, Guest guest)
    {
        // Over HTTP/2 the server sends none of the headers that follow one that was set to null.
        if (guest.Subprotocol.Name is { } subprotocol)
        {
            context.Response.Headers.SecWebSocketProtocol = subprotocol;
        }

        if (guest.Compression is { } compression)
        {
            context.Response.Headers.SecWebSocketExtensions = compression.ToString();
        }

        return request.IsExtendedConnect ? ConnectAsync(context) : UpgradeAsync(context, request.Key!);
    }

    private static async Task<IDuplexPipe> UpgradeAsync(HttpContext context, string key)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>() ?? throw new InvalidOperationException("The server cannot upgrade a connection.");
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = WebSocketHandshake.AcceptValue(key);
        var stream = await upgrade.UpgradeAsync();

        // After the answer the server leaves the connection alone, so its own pipe is ours: two copies less per byte than the stream.
        return context.Features.Get<IConnectionTransportFeature>()?.Transport ?? Wrap(stream);
    }

    private static async Task<IDuplexPipe> ConnectAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        return Wrap(await context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync());
    }

    private static PipePair Wrap(Stream stream) => new(PipeReader.Create(stream, IdleWithoutBuffer), PipeWriter.Create(stream, LeaveOpen));

    private async Task FinishAsync(HttpContext context, UpgradeRequest request, IDuplexPipe pipe, bool isOrderly)
    {
        if (pipe is PipePair)
        {
            await pipe.Input.CompleteAsync();
            await pipe.Output.CompleteAsync();
        }

        if (!isOrderly)
        {
            context.Abort();
        }
        else if (!request.IsExtendedConnect && context.Features.Get<IConnectionLifetimeFeature>() is { } connection)
        {
            all.Services.Roster.Watch(new LingerDeadline(connection, all.Services));
            await TlsEnd.NotifyAsync(context.Features);
        }
    }
}
