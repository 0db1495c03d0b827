using System.Net.WebSockets;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>The platform's own WebSocket, with or without batches.</summary>
internal sealed class WebSocketChannel : IMessageChannel
{
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<byte[]> _received = [];
    private readonly WireFormat _format;
    private readonly bool _isBatched;

    private WebSocketChannel(WireFormat format, bool isBatched) => (_format, _isBatched) = (format, isBatched);

    public static async Task<WebSocketChannel> ConnectAsync(Uri address, WireFormat format, string subprotocol)
    {
        var channel = new WebSocketChannel(format, subprotocol.EndsWith(".batched", StringComparison.Ordinal));
        channel._socket.Options.AddSubProtocol(subprotocol);
        await channel._socket.ConnectAsync(address, default).Soon();
        Assert.That(channel._socket.SubProtocol, Is.EqualTo(subprotocol));
        return channel;
    }

    public async Task SendAsync(byte[] message)
    {
        var kind = _format is WireFormat.Json ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await _socket.SendAsync(_isBatched ? BatchedBytes.Join(_format, [message]) : message, kind, endOfMessage: true, default).Soon();
    }

    public async Task<byte[]?> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            if (await ReceivePayloadAsync() is not { } payload)
            {
                return null;
            }

            foreach (var message in _isBatched ? BatchedBytes.Split(_format, payload) : [payload])
            {
                _received.Enqueue(message);
            }
        }

        return _received.Dequeue();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]?> ReceivePayloadAsync()
    {
        using var payload = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(buffer, default).Soon();
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var expected = _format is WireFormat.Json ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            Assert.That(result.MessageType, Is.EqualTo(expected), "the type of a WebSocket message");
            payload.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);

        return payload.ToArray();
    }
}
