using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The frames of <c>wamp.2.*.batched</c>, byte by byte.</summary>
internal sealed class BatchedWebSocketTests
{
    private const string Welcome = "[2,77,{}]";
    private const string CborWelcome = "\0\0\0\u0005\u0083\u0002\u0018\u004D\u00A0";

    private FrameServer _server = null!;
    private WampClient _client = null!;

    [SetUp]
    public async Task StartAsync() => _server = await FrameServer.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        _server.HangUp();
        await _client.DisposeAsync().Soon();
        await _server.DisposeAsync().Soon();
    }

    [TestCase(0x1E)]
    [TestCase(0x18)]
    public async Task Json_Separator_IsThePeersOnceItIsKnown(int code)
    {
        var separator = (char)code;
        var connecting = await HelloAsync(WampSerializer.Json);
        await _server.SendAsync(Welcome + separator);
        await connecting.Soon();

        await _client.PublishAsync("com.example.t");

        Assert.That(_client.Session!.Subprotocol, Is.EqualTo("wamp.2.json.batched"));
        Assert.That(await _server.ReceiveAsync(), Is.EqualTo($$"""[16,1,{},"com.example.t"]{{separator}}"""));
    }

    [Test]
    public async Task Received_SeveralInOneFrame_AreAllTaken()
    {
        await JoinAsync(WampSerializer.Json);
        var calls = new[] { _client.CallAsync<int>("com.example.a"), _client.CallAsync<int>("com.example.b"), _client.CallAsync<int>("com.example.c") };

        await _server.SendAsync("[50,2,{},[2]]\u001e[50,1,{},[1]]\u001e");
        await _server.SendAsync("[50,3,{},[3]]\u001e");

        Assert.That(await Task.WhenAll(calls).Soon(), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Received_BinaryInOneFrame_AreAllTaken()
    {
        var connecting = await HelloAsync(WampSerializer.Cbor);
        await _server.SendAsync(CborWelcome);
        await connecting.Soon();
        var calls = new[] { _client.CallAsync<int>("com.example.a"), _client.CallAsync<int>("com.example.b") };

        // [50, request, {}, [number]]
        await _server.SendAsync("\0\0\0\u0007\u0084\u0018\u0032\u0001\u00A0\u0081\u0007" + "\0\0\0\u0007\u0084\u0018\u0032\u0002\u00A0\u0081\u0008");

        Assert.That(await Task.WhenAll(calls).Soon(), Is.EqualTo(new[] { 7, 8 }));
    }

    [Test]
    public async Task Sent_WhileTheServerDoesNotRead_ShareFrames()
    {
        await JoinAsync(WampSerializer.Json, maxUnsentBytes: 64 * 1024);
        var text = new string('x', 8 * 1024);
        Task last;
        var sent = 0;
        do
        {
            last = _client.PublishAsync("com.example.t", [++sent, text]).AsTask();
        }
        while (last.IsCompletedSuccessfully);

        var (received, frames) = (0, 0);
        while (received < sent)
        {
            var frame = await _server.ReceiveAsync();
            Assert.That(frame, Has.Length.LessThanOrEqualTo((32 * 1024) + text.Length + 100), "a longer batch gains nothing");
            var messages = frame.Split('\u001e', StringSplitOptions.RemoveEmptyEntries);
            frames++;
            foreach (var message in messages)
            {
                Assert.That(message, Does.StartWith($$"""[16,{{++received}},{},"com.example.t",[{{received}},"""));
            }
        }

        await last.Soon();
        Assert.That(frames, Is.LessThan(sent));
    }

    [Test]
    public async Task Received_FrameOfTheOtherType_EndsTheSessionAndSaysWhy()
    {
        await JoinAsync(WampSerializer.Json);
        var call = _client.CallAsync("com.example.a");

        await _server.SendAsync("[50,1,{}]\u001e", System.Net.WebSockets.WebSocketMessageType.Binary);

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampConnectionException>().With.Message.Contains("The router sent a Binary message, but wamp.2.json.batched uses Text."));
    }

    [TestCase("", "empty batch")]
    [TestCase("[1]", "does not end with")]
    [TestCase("<RS>", "empty message")]
    public Task Received_BrokenJsonBatch_EndsTheSessionAndSaysWhy(string frame, string expected) =>
        BrokenAsync(WampSerializer.Json, frame.Replace("<RS>", "\u001e", StringComparison.Ordinal), expected);

    [TestCase("\0\0\0", "cut off")]
    [TestCase("\0\0\0Aa", "cut off")]
    [TestCase("\0\0\0\0", "empty message")]
    public Task Received_BrokenBinaryBatch_EndsTheSessionAndSaysWhy(string frame, string expected) => BrokenAsync(WampSerializer.Cbor, frame, expected);

    [Test]
    public Task Received_MessageTooLong_EndsTheSessionAndSaysWhy() =>
        BrokenAsync(WampSerializer.Json, $"[50,1,{{}},[\"{new string('x', 1000)}\"]]\u001e", "more than 1000 bytes");

    private async Task BrokenAsync(WampSerializer serializer, string frame, string expected)
    {
        await JoinAsync(serializer);
        var call = _client.CallAsync("com.example.a");

        await _server.SendAsync(frame);
        await _server.ReceiveCloseAsync();
        _server.HangUp();

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampConnectionException>().With.Message.Contains(expected));
    }

    private async Task JoinAsync(WampSerializer serializer, int maxUnsentBytes = 4 * 1024 * 1024)
    {
        var connecting = await HelloAsync(serializer, maxUnsentBytes);
        await _server.SendAsync(serializer == WampSerializer.Json ? Welcome + '\u001e' : CborWelcome);
        await connecting.Soon();
    }

    private async Task<Task> HelloAsync(WampSerializer serializer, int maxUnsentBytes = 4 * 1024 * 1024)
    {
        _client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(_server.Uri) { Batched = true, MaxMessageBytes = 1000 },
            Realm = "realm1",
            Serializers = [serializer],
            Reconnect = null,
            MaxUnsentBytes = maxUnsentBytes,
        });
        var connecting = _client.ConnectAsync();
        await (await Task.WhenAny(_server.AcceptAsync(), connecting).Soon());
        Assert.That(await _server.ReceiveAsync(), serializer == WampSerializer.Json ? Does.StartWith("[1,").And.EndsWith("\u001e") : Does.StartWith("\0\0"));
        return connecting;
    }
}
