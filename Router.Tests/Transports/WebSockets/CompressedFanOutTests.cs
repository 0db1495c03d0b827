using System.Net.WebSockets;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.Compression;
using WampRouter.Tests.Transports.WebSockets.Batched;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Real sessions, some of which have agreed on compression: what each is sent, and how often it is compressed for that.</summary>
[Shows("field.compression")]
internal sealed class CompressedFanOutTests
{
    private static readonly string[] Subprotocols = ["wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json.batched", "wamp.2.msgpack.batched", "wamp.2.cbor.batched"];

    private readonly List<WampSocket> _sockets = [];
    private TestRouter _router = null!;
    private SessionHost _host = null!;

    private static Dictionary<string, object?> NoOptions => [];

    private static WebSocketDeflateOptions Compressed => new();

    private static string Text => System.Text.Encoding.ASCII.GetString(MessageInflaterTests.Text(5000));

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        _sockets.Clear();
        await _host.DisposeAsync();
        _router.Dispose();
    }

    [Test]
    public async Task Event_ToMany_IsCompressedOnceForEachEncoding()
    {
        await StartAsync(takeover: false);
        foreach (var subprotocol in Subprotocols)
        {
            for (var i = 0; i < 4; i++)
            {
                await SubscribeAsync(subprotocol, i % 2 == 0 ? Compressed : null);
            }
        }

        using var runs = new Measured(_host.Meter, "wamp_router.compression.runs");
        using var io = new Measured(_host.Meter, "wamp_router.compression.io");
        var publisher = await JoinAsync("wamp.2.json", compression: null);
        var (runsBefore, bytesBefore) = (runs.Of("direction=sent"), io.Of("direction=sent", "form=plain"));

        await publisher.SendAsync([16L, 1L, NoOptions, "com.topic", new object?[] { Text }]);

        await ExpectEventsAsync(1);
        Assert.That(runs.Of("direction=sent") - runsBefore, Is.EqualTo(Subprotocols.Length));
        Assert.That(io.Of("direction=sent", "form=plain") - bytesBefore, Is.GreaterThan(2 * Subprotocols.Length * Text.Length));
    }

    [Test]
    public async Task Events_ManyToMany_ArriveInOrder([Values] bool takeover)
    {
        await StartAsync(takeover);
        foreach (var subprotocol in Subprotocols)
        {
            await SubscribeAsync(subprotocol, Compressed);
        }

        var publisher = await JoinAsync("wamp.2.cbor.batched", Compressed);
        await publisher.SendAsync([.. Enumerable.Range(0, 200).Select(i => (object?[])[16L, i + 1L, NoOptions, "com.topic", new object?[] { i % 3 == 0 ? $"{i}" : $"{i} {Text}" }])]);

        foreach (var socket in _sockets.Where(socket => socket != publisher))
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.That(((object?[])(await socket.ReceiveAsync())[4]!)[0], Is.EqualTo(i % 3 == 0 ? $"{i}" : $"{i} {Text}"), socket.Subprotocol);
            }
        }
    }

    [Test]
    public async Task Takeover_LaterMessages_ReferToEarlierOnes()
    {
        await StartAsync(takeover: true);
        await SubscribeAsync("wamp.2.json", Compressed);
        using var io = new Measured(_host.Meter, "wamp_router.compression.io");
        var publisher = await JoinAsync("wamp.2.json", compression: null);

        await publisher.SendAsync([16L, 1L, NoOptions, "com.topic", new object?[] { Text }]);
        await ExpectEventsAsync(1);
        var first = io.Of("direction=sent", "form=compressed");
        await publisher.SendAsync([16L, 2L, NoOptions, "com.topic", new object?[] { Text }]);
        await ExpectEventsAsync(1);

        Assert.That(io.Of("direction=sent", "form=compressed") - first, Is.LessThan(200));
    }

    /// <summary>What is kept for a session to be sent again is kept as it is, so the connections of one session need not agree on the same.</summary>
    [Test]
    public async Task Resume_OverAConnectionThatCompressesOrNot_EveryEventArrivesOnce([ValueSource(nameof(Subprotocols))] string subprotocol, [Values] bool first, [Values] bool second)
    {
        await StartAsync(takeover: false);
        var resumable = new Dictionary<string, object?> { ["resumable"] = true };
        var lost = await JoinAsync(subprotocol, first ? Compressed : null, resumable);
        await lost.SendAsync([32L, 1L, NoOptions, "com.topic"]);
        await lost.ReceiveAsync();
        var publisher = await JoinAsync("wamp.2.json", compression: null);
        for (var i = 0; i < 20; i++)
        {
            await publisher.SendAsync([16L, i + 1L, new Dictionary<string, object?> { ["acknowledge"] = true }, "com.topic", new object?[] { $"{i} {Text}" }]);
            await publisher.ReceiveAsync();
        }

        for (var i = 0; i < 5; i++)
        {
            await lost.ReceiveAsync();
        }

        lost.Abort();
        var resumed = await JoinAsync(subprotocol, second ? Compressed : null, new Dictionary<string, object?> { ["resumable"] = true, ["resume-session"] = lost.Session, ["resume-token"] = lost.Welcome["resume_token"], ["_received"] = 6L });

        for (var i = 5; i < 20; i++)
        {
            Assert.That(((object?[])(await resumed.ReceiveAsync())[4]!)[0], Is.EqualTo($"{i} {Text}"));
        }
    }

    private async Task StartAsync(bool takeover)
    {
        _router = new TestRouter();
        _host = await SessionHost.StartAsync(_router, options => (options.Compression.Enabled, options.Compression.ContextTakeover) = (true, takeover));
    }

    private async Task<WampSocket> JoinAsync(string subprotocol, WebSocketDeflateOptions? compression, IReadOnlyDictionary<string, object?>? details = null)
    {
        var socket = await WampSocket.JoinAsync(_host.Address, subprotocol, details, compression);
        _sockets.Add(socket);
        return socket;
    }

    private async Task SubscribeAsync(string subprotocol, WebSocketDeflateOptions? compression)
    {
        var socket = await JoinAsync(subprotocol, compression);
        await socket.SendAsync([32L, 1L, NoOptions, "com.topic"]);
        Assert.That((await socket.ReceiveAsync())[0], Is.EqualTo(33L));
    }

    /// <summary>Each subscriber gets so many events.</summary>
    private async Task ExpectEventsAsync(int events)
    {
        foreach (var socket in _sockets.SkipLast(1))
        {
            for (var i = 0; i < events; i++)
            {
                var message = await socket.ReceiveAsync();
                Assert.That((message[0], ((object?[])message[4]!)[0]), Is.EqualTo((36L, Text)), socket.Subprotocol);
            }
        }
    }
}
