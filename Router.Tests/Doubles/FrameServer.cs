using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace WampRouter.Tests.Doubles;

/// <summary>A WebSocket server whose frames the test reads and writes itself, as Latin-1 so that every byte is a character.</summary>
internal sealed class FrameServer : IAsyncDisposable
{
    private readonly Channel<WebSocket> _arrivals = Channel.CreateUnbounded<WebSocket>();
    private readonly TaskCompletionSource _end = new();
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly WebApplication _app;
    private WebSocket? _socket;

    private FrameServer(WebApplication app) => _app = app;

    public Uri Uri => new(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal) + "/ws");

    /// <summary>Starts a server that agrees on the first subprotocol of each client.</summary>
    public static async Task<FrameServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FrameServer(app);
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols[0]);
            server._arrivals.Writer.TryWrite(socket);
            await server._end.Task;
        });
        await app.StartAsync().Soon();
        return server;
    }

    public async Task AcceptAsync() => _socket = await _arrivals.Reader.ReadAsync().Soon();

    public async Task<string> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            var received = await _socket!.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).Soon();
            length += received.Count;
            if (received.EndOfMessage)
            {
                return Encoding.Latin1.GetString(_buffer, 0, length);
            }
        }
    }

    /// <summary>Reads past everything until the client closes. Returns its code.</summary>
    public async Task<WebSocketCloseStatus?> ReceiveCloseAsync()
    {
        while ((await _socket!.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).Soon()).MessageType != WebSocketMessageType.Close)
        {
        }

        return _socket.CloseStatus;
    }

    /// <summary>Ends the connections: a client that says goodbye waits no longer for an answer.</summary>
    public void HangUp() => _end.TrySetResult();

    public Task SendAsync(string frame, WebSocketMessageType? type = null) =>
        _socket!.SendAsync(
            Encoding.Latin1.GetBytes(frame),
            type is { } given ? given
                : _socket.SubProtocol!.StartsWith("wamp.2.json", StringComparison.Ordinal) ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
            endOfMessage: true,
            CancellationToken.None).Soon();

    public async ValueTask DisposeAsync()
    {
        HangUp();
        await _app.DisposeAsync().Soon();
    }
}
