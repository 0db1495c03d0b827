using System.Net.WebSockets;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.Compression;
using WampRouter.Transports.Compression;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>
/// Autobahn groups 12 and 13, with the platform's own client: a thousand messages of a size, text and binary, whole and in fragments, by the variants of the parameters. The router keeps nothing, or all that it may.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
[Shows("field.compression")]
internal sealed class CompressionSuiteTests(bool takeover)
{
    private const int Messages = 1000;
    private const int LargestTotal = 8 * 1024 * 1024;

    private WebSocketRig _rig = null!;

    private static int[] Sizes => [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072];

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(configure: options => (options.Compression.Enabled, options.Compression.ThresholdBytes, options.Compression.ContextTakeover) = (true, 0, takeover));

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    /// <summary>Group 12.</summary>
    [Test]
    public async Task Messages_OfASize_ComeBack([ValueSource(nameof(Sizes))] int size, [Values] WebSocketMessageKind kind, [Values(0, 256)] int fragment)
    {
        using var socket = await ConnectAsync(new WebSocketDeflateOptions());

        Assert.That(await EchoAsync(socket, size, kind, fragment), Is.True);
    }

    /// <summary>Group 13. A window of 9 bits is more than the platform can promise: nothing is compressed then.</summary>
    [Test]
    public async Task Parameters_OfEveryKind_AreObeyed([Values] bool serverKeeps, [Values] bool clientKeeps, [Values(9, 15)] int serverBits, [Values(9, 15)] int clientBits, [Values(64, 4096, 65536)] int size)
    {
        var options = new WebSocketDeflateOptions { ServerContextTakeover = serverKeeps, ClientContextTakeover = clientKeeps, ServerMaxWindowBits = serverBits, ClientMaxWindowBits = clientBits };
        using var compressed = new Measured(_rig.Meter, "wamp_router.compression.runs");
        using var socket = await ConnectAsync(options);
        var before = compressed.Of("direction=received");

        Assert.That(await EchoAsync(socket, size, WebSocketMessageKind.Text, fragment: 0), Is.True);

        Assert.That(compressed.Of("direction=received") > before, Is.EqualTo(serverBits == 15));
    }

    [Test]
    public async Task Connections_Many_HoldWhatTheyMay()
    {
        using var held = new Measured(_rig.Meter, "wamp_router.table.memory.usage");
        using var connections = new Measured(_rig.Meter, "wamp_router.compression.connections");
        var sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(new WebSocketDeflateOptions())));

        Assert.That(await Task.WhenAll(sockets.Select(socket => EchoAsync(socket, 1024, WebSocketMessageKind.Binary, fragment: 100))), Is.All.True);

        Assert.That(connections.Sum, Is.EqualTo(sockets.Length));
        Assert.That(held.Of("table=compression"), Is.EqualTo(takeover ? sockets.Length * (MessageDeflater.ContextBytes + MessageInflater.ContextBytes) : 0));
        foreach (var socket in sockets)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
            socket.Dispose();
        }

        await GoneAsync().Soon();
        Assert.That(held.Of("table=compression"), Is.Zero);
    }

    /// <summary>The connections are at their end: what comes after their last bytes is nothing a client can wait for.</summary>
    private async Task GoneAsync()
    {
        using var connections = new Measured(_rig.Meter, "wamp_router.compression.connections");
        while (connections.Sum > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>As the platform has them, for NUnit to list.</summary>
    public enum WebSocketMessageKind
    {
        Text,
        Binary,
    }

    private async Task<ClientWebSocket> ConnectAsync(WebSocketDeflateOptions options)
    {
        var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = options;
        await socket.ConnectAsync(new UriBuilder(_rig.AddressOf(WayIn.FrontDoor)) { Scheme = "ws", Path = WebSocketRig.Path }.Uri, default).Soon();
        return socket;
    }

    private static async Task<bool> EchoAsync(ClientWebSocket socket, int size, WebSocketMessageKind kind, int fragment)
    {
        var type = kind == WebSocketMessageKind.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var (sent, received) = (Content(kind, size), new byte[size + 1]);
        for (var i = 0; i < Math.Max(10, Math.Min(Messages, LargestTotal / size)); i++)
        {
            sent[i % size] = (byte)('a' + (i % 26));
            for (var at = 0; at < size; at += fragment == 0 ? size : fragment)
            {
                var length = Math.Min(fragment == 0 ? size : fragment, size - at);
                await socket.SendAsync(sent.AsMemory(at, length), type, endOfMessage: at + length == size, default).AsTask().Soon();
            }

            var taken = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(received.AsMemory(taken), default).AsTask().Soon();
                taken += result.Count;
            }
            while (!result.EndOfMessage);
            if (result.MessageType != type || !received.AsSpan(0, taken).SequenceEqual(sent))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Content(WebSocketMessageKind kind, int size) => kind == WebSocketMessageKind.Text ? MessageInflaterTests.Text(size) : MessageInflaterTests.Noise(size);
}
