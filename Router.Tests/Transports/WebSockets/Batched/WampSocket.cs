using System.Globalization;
using System.Net.WebSockets;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

/// <summary>A WAMP client on the platform's own WebSocket and the tests' own codec: nothing of the router's wire code is in it.</summary>
internal sealed class WampSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<byte[]> _received = [];
    private readonly WireFormat _format;

    private WampSocket(string subprotocol, WebSocketDeflateOptions? compression)
    {
        _socket.Options.DangerousDeflateOptions = compression;
        Subprotocol = subprotocol;
        IsBatched = subprotocol.EndsWith(".batched", StringComparison.Ordinal);
        _format = subprotocol.Split('.')[2] switch { "json" => WireFormat.Json, "msgpack" => WireFormat.MessagePack, _ => WireFormat.Cbor };
        _socket.Options.AddSubProtocol(subprotocol);
    }

    /// <summary>HELLO.Details.</summary>
    public static Dictionary<string, object?> Roles => new()
    {
        ["roles"] = new Dictionary<string, object?>
        {
            ["publisher"] = new Dictionary<string, object?>(),
            ["subscriber"] = new Dictionary<string, object?>(),
            ["caller"] = new Dictionary<string, object?>(),
            ["callee"] = new Dictionary<string, object?>(),
        },
    };

    public string Subprotocol { get; }

    public bool IsBatched { get; }

    /// <summary>The session that WELCOME gave it.</summary>
    public long Session { get; private set; }

    /// <summary>WELCOME.Details.</summary>
    public Dictionary<string, object?> Welcome { get; private set; } = [];

    /// <summary>WebSocket messages received so far.</summary>
    public int Frames { get; private set; }

    /// <summary>Connects, and joins the realm.</summary>
    /// <param name="address">Where.</param>
    /// <param name="subprotocol">How.</param>
    /// <param name="details">More of HELLO.Details than <see cref="Roles"/>.</param>
    /// <param name="compression">What it offers of permessage-deflate; null: nothing.</param>
    public static async Task<WampSocket> JoinAsync(Uri address, string subprotocol, IReadOnlyDictionary<string, object?>? details = null, WebSocketDeflateOptions? compression = null)
    {
        var socket = new WampSocket(subprotocol, compression);
        await socket._socket.ConnectAsync(address, default).Soon();
        Assert.That(socket._socket.SubProtocol, Is.EqualTo(subprotocol));
        await socket.SendAsync([1L, "realm1", Roles.Concat(details ?? new Dictionary<string, object?>()).ToDictionary()]);
        var welcome = await socket.ReceiveAsync();
        Assert.That(welcome[0], Is.EqualTo((long)MessageCode.Welcome));
        (socket.Session, socket.Welcome) = (Convert.ToInt64(welcome[1], CultureInfo.InvariantCulture), (Dictionary<string, object?>)welcome[2]!);
        return socket;
    }

    /// <summary>Sends messages: in one batch, or one by one.</summary>
    public async Task SendAsync(params object?[][] messages)
    {
        var encoded = messages.Select(m => ReferenceCodec.Encode(_format, m)).ToArray();
        var kind = _format is WireFormat.Json ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        foreach (var payload in IsBatched ? [BatchedBytes.Join(_format, encoded)] : encoded)
        {
            await _socket.SendAsync(payload, kind, endOfMessage: true, default).Soon();
        }
    }

    /// <summary>The next WAMP message.</summary>
    public async Task<object?[]> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            var payload = await ReceivePayloadAsync();
            foreach (var message in IsBatched ? BatchedBytes.Split(_format, payload) : [payload])
            {
                _received.Enqueue(message);
            }
        }

        return (object?[])ReferenceCodec.Decode(_format, _received.Dequeue())!;
    }

    /// <summary>Drops the connection as a network does: without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReceivePayloadAsync()
    {
        using var payload = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(buffer, default).Soon();
            Assert.That(result.MessageType, Is.Not.EqualTo(WebSocketMessageType.Close), () => $"closed: {_socket.CloseStatusDescription}");
            payload.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);

        Frames++;
        return payload.ToArray();
    }
}
