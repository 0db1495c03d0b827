using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Tests.Doubles;

/// <summary>A WebSocket server that says one thing and then hangs: it reads nothing and answers no ping, but its connection stands.</summary>
internal sealed class FrozenServer : IAsyncDisposable
{
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="message">What it says, in less than 126 bytes.</param>
    public FrozenServer(string message)
    {
        _listener.Start();
        _serving = ServeAsync(message);
    }

    public Uri Uri => new($"ws://{_listener.LocalEndpoint}/ws");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default).Soon();
        _stop.Dispose();
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 prescribes it for the handshake.")]
    private async Task ServeAsync(string message)
    {
        using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var key = string.Empty;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase) ? line["Sec-WebSocket-Key: ".Length..] : key;
        }

        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
        byte[] answer =
        [
            .. Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: wamp.2.json\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"),
            0x81, (byte)message.Length, .. Encoding.ASCII.GetBytes(message),
        ];
        await client.GetStream().WriteAsync(answer, _stop.Token);
        await new TaskCompletionSource().Task.WaitAsync(_stop.Token);
    }
}
