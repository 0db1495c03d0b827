using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>A <see cref="ScriptedPeer"/> behind a real WebSocket of ASP.NET Core, to try the client's WebSocket transport on.</summary>
internal sealed class ScriptedWebSocketRouter : IAsyncDisposable
{
    private readonly Channel<ScriptedPeer> _arrivals = Channel.CreateUnbounded<ScriptedPeer>();
    private readonly WebApplication _app;

    private ScriptedWebSocketRouter(WebApplication app) => _app = app;

    public Uri Uri => new(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal) + "/ws");

    /// <summary>The status the server closed a connection with, or the client did.</summary>
    public TaskCompletionSource<WebSocketCloseStatus?> Closed { get; } = new();

    public static async Task<ScriptedWebSocketRouter> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        var router = new ScriptedWebSocketRouter(app);
        app.UseWebSockets();
        app.Run(router.AcceptAsync);
        await app.StartAsync().Soon();
        return router;
    }

    public Task<ScriptedPeer> AcceptAsync() => _arrivals.Reader.ReadAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token).Soon();
        await _app.DisposeAsync().Soon();
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var subprotocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(p => p != "wamp.2.json.batched");
        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.Request.Path == "/ws" ? subprotocol : null);
        var format = subprotocol switch { "wamp.2.json" => WireFormat.Json, "wamp.2.msgpack" => WireFormat.MessagePack, _ => WireFormat.Cbor };
        var (fromClient, toClient) = (new Pipe(), new Pipe());
        _arrivals.Writer.TryWrite(new ScriptedPeer(format, fromClient.Reader, toClient.Writer));
        var sending = SendAsync(toClient.Reader, socket, format is WireFormat.Json ? WebSocketMessageType.Text : WebSocketMessageType.Binary, context.RequestAborted);
        await ReceiveAsync(socket, fromClient.Writer, context.RequestAborted);
        await toClient.Reader.CompleteAsync();
        toClient.Reader.CancelPendingRead();
        await sending;
    }

    private async Task ReceiveAsync(WebSocket socket, PipeWriter output, CancellationToken aborted)
    {
        var buffer = new byte[1024 * 1024];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), aborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                Closed.TrySetResult(socket.CloseStatus);
                await output.CompleteAsync();
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, aborted);
                return;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                var header = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(header, length);
                output.Write(header);
                output.Write(buffer.AsSpan(0, length));
                await output.FlushAsync(aborted);
                length = 0;
            }
        }
    }

    private static async Task SendAsync(PipeReader input, WebSocket socket, WebSocketMessageType type, CancellationToken aborted)
    {
        var header = new byte[4];
        await using var frames = input.AsStream();
        while (await frames.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, aborted) == header.Length)
        {
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
            await frames.ReadExactlyAsync(body, aborted);
            await socket.SendAsync(body, type, true, aborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, aborted);
    }
}
