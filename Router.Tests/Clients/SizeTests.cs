using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The router says in its WELCOME how large a message may be; a larger one is refused where it is given, and the session lives.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class SizeTests(WampSerializer serializer)
{
    private const int Limit = 1024;

    private static readonly string Large = new('x', Limit);

    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer, welcome: $"{ScriptedRouter.EveryFeature},\"_max_message_bytes\":1024");

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public void Session_Limit_IsTheRouters() => Assert.That(Client.Session!.MaxMessageBytes, Is.EqualTo(Limit));

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("\"many\"")]
    [TestCase("null")]
    public async Task Session_NoLimitThatIsOne_ChecksNothing(string limit)
    {
        await using var joined = await JoinedClient.JoinAsync(serializer, welcome: $"{ScriptedRouter.EveryFeature},\"_max_message_bytes\":{limit}");

        await joined.Client.PublishAsync("com.example.t", [Large]);

        Assert.That(joined.Client.Session!.MaxMessageBytes, Is.Null);
        Assert.That(await joined.Peer.ReceiveAsync(), Does.Contain(Large));
    }

    [Test]
    public async Task PublishAsync_TooLarge_ThrowsAndTheSessionLives()
    {
        AssertTooLarge(() => Client.PublishAsync("com.example.t", [Large]).AsTask(), "Publishing to 'com.example.t'");
        AssertTooLarge(() => Client.PublishAcknowledgedAsync("com.example.t", [Large]), "Publishing to 'com.example.t'");
        await AssertAliveAsync(1);
    }

    [Test]
    public async Task PublishAsync_AsLargeAsMayBe_IsSent()
    {
        var overhead = serializer switch { WampSerializer.Json => """[16,1,{},"com.example.t",[""]]""".Length, _ => 22 };
        var text = new string('x', Limit - overhead);

        AssertTooLarge(() => Client.PublishAsync("com.example.t", [text + 'x']).AsTask(), "Publishing to 'com.example.t'", Limit + 1);
        await Client.PublishAsync("com.example.t", [text]);

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain(text));
    }

    [Test]
    public async Task CallAsync_TooLarge_ThrowsAndTheSessionLives()
    {
        AssertTooLarge(() => Client.CallAsync("com.example.p", [Large]), "The call of 'com.example.p'");
        AssertTooLarge(() => Client.CallAsync("com.example.p", PiecesAsync(Large)), "The call of 'com.example.p'");
        await AssertAliveAsync(1);
    }

    [Test]
    public async Task CallAsync_LaterPieceTooLarge_EndsTheCallAndCancelsIt()
    {
        var call = Client.CallAsync("com.example.p", PiecesAsync("first", Large));

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain("first"));
        AssertTooLarge(() => call, "A piece of the call of 'com.example.p'");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[49,1,"));
        await AssertAliveAsync(2);
    }

    [Test]
    public async Task SubscribeAndRegister_TooLarge_ThrowAndLeaveNothing()
    {
        await using var narrow = await JoinedClient.JoinAsync(serializer, welcome: $"{ScriptedRouter.EveryFeature},\"_max_message_bytes\":100");
        var uri = $"com.example.{new string('x', 100)}";

        AssertTooLarge(() => narrow.Client.SubscribeAsync(uri, _ => { }), $"Subscribing to '{uri}'", limit: 100);
        AssertTooLarge(() => narrow.Client.RegisterAsync(uri, () => 1), $"Registering '{uri}'", limit: 100);

        await narrow.Client.PublishAsync("com.example.alive");
        Assert.That(await narrow.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.alive"]"""));
    }

    [Test]
    public async Task Procedure_ResultTooLarge_IsAnErrorForItsCallerAndItsOwner()
    {
        var errors = new BackgroundErrors(Client);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.p", () => Large));

        await _joined.Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.payload_size_exceeded",["The result was not sent: the message has """));
        Assert.That((await errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.ProcedureFailed));
        await AssertAliveAsync(2);
    }

    [Test]
    public async Task Procedure_ProgressTooLarge_IsAnErrorForItsCaller()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.p", async (WampInvocation call) =>
        {
            await call.ReportProgressAsync([Large]);
            return 1;
        }));

        await _joined.Peer.SendAsync("""[68,1,701,{"receive_progress":true}]""");

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.payload_size_exceeded",["""));
    }

    [Test]
    public async Task Procedure_ErrorTooLarge_IsAnotherError()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.p", int () => throw new WampException("com.example.error", Large)));

        await _joined.Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.payload_size_exceeded",["The error was not sent: """));
    }

    [Test]
    public async Task Resumed_LimitIsAnotherNow_CountsTheNewOne()
    {
        await using var router = new ScriptedRouter();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = router.Transport,
            Realm = "realm1",
            Serializers = [serializer],
            Reconnect = new WampReconnectPolicy { InitialDelay = TimeSpan.FromMilliseconds(1) },
            Resumption = new WampResumption(),
            WhenDisconnected = WampDisconnectedBehavior.Wait,
        });
        var connecting = client.ConnectAsync();
        var peer = await router.AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync("""[2,77,{"resumable":true,"resume_token":"A","_received":0,"_max_message_bytes":1000000}]""");
        await connecting.Soon();
        await peer.CloseAsync();
        peer = await router.AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync("""[2,77,{"resumable":true,"resume_token":"B","resumed":true,"_received":0,"_max_message_bytes":1024}]""");

        AssertTooLarge(() => client.PublishAsync("com.example.t", [Large]).AsTask(), "Publishing to 'com.example.t'");
        router.IsDown = true;
        await peer.CloseAsync();        // or the client would wait for an answer to its GOODBYE
    }

    [Test]
    public async Task Connection_CarriesLessThanTheRouterTakes_ItsLimitCounts()
    {
        await using var joined = await JoinedClient.JoinAsync(serializer);

        // What the length of a frame of a pipe can say.
        AssertTooLarge(() => joined.Client.PublishAsync("com.example.t", [new string('x', 1 << 24)]).AsTask(), "Publishing to 'com.example.t'", limit: 1 << 24);
    }

    [Test]
    public async Task PublishAcknowledgedAsync_RouterSaysTooLarge_IsTheReadableError()
    {
        var publishing = Client.PublishAcknowledgedAsync("com.example.t", [1]);
        await _joined.Peer.AnswerAsync("""[8,16,$,{},"wamp.error.payload_size_exceeded",["the message has 9 bytes, and at most 8 are taken"]]""");

        var error = Assert.CatchAsync<WampException>(() => publishing.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.PayloadSizeExceeded));
        Assert.That(error.Message, Is.EqualTo("Publishing to 'com.example.t' failed with wamp.error.payload_size_exceeded: the message has 9 bytes, and at most 8 are taken"));
    }

    private static async IAsyncEnumerable<WampPayload> PiecesAsync(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.Yield();
            yield return [piece];
        }
    }

    private static void AssertTooLarge(Func<Task> request, string what, int? bytes = null, int limit = Limit)
    {
        var error = Assert.CatchAsync<WampException>(() => request().Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.PayloadSizeExceeded));
        Assert.That(error.Message, Does.StartWith($"{what} was not sent: the message has {bytes?.ToString(System.Globalization.CultureInfo.InvariantCulture)}").And.Contain($" bytes, and the router takes at most {limit}."));
    }

    private async Task AssertAliveAsync(int request)
    {
        await Client.PublishAsync("com.example.alive");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($$"""[16,{{request}},{},"com.example.alive"]"""));
    }
}
