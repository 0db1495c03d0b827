using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CallTests(WampSerializer serializer)
{
    private readonly ManualTime _time = new();
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    private ScriptedPeer Peer => _joined.Peer;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer, _time);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task CallAsync_Result_IsReadAsAsked()
    {
        var call = Client.CallAsync<int>("com.example.add", [2, 3]);

        Assert.That(await Peer.AnswerAsync("[50,$,{},[5]]"), Is.EqualTo("""[48,1,{},"com.example.add",[2,3]]"""));
        Assert.That(await call.Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task CallAsync_AnsweredOutOfOrder_EachGetsItsOwn()
    {
        var first = Client.CallAsync<string>("com.example.first");
        var second = Client.CallAsync<string>("com.example.second");
        await Peer.ReceiveAsync();
        await Peer.ReceiveAsync();
        await Peer.SendAsync("""[50,2,{},["two"]]""");
        await Peer.SendAsync("""[50,1,{},["one"]]""");

        Assert.That((await first.Soon(), await second.Soon()), Is.EqualTo(("one", "two")));
    }

    [Test]
    public async Task CallAsync_AllOfTheResult_HasArgumentsAndNames()
    {
        var call = Client.CallAsync("com.example.divide", new() { 7, 2, { "mode", "floor" } });

        Assert.That(await Peer.AnswerAsync("""[50,$,{},[3,1],{"exact":false}]"""), Is.EqualTo("""[48,1,{},"com.example.divide",[7,2],{"mode":"floor"}]"""));
        var result = await call.Soon();
        Assert.Multiple(() =>
        {
            Assert.That(result.Count, Is.EqualTo(2));
            Assert.That(result.Get<int>(1), Is.EqualTo(1));
            Assert.That(result.Names, Is.EqualTo(new[] { "exact" }));
            Assert.That(result.Get<bool>("exact"), Is.False);
            Assert.That(result.GetOr("missing", 9), Is.EqualTo(9));
            Assert.That(() => result.Get<int>(2), Throws.TypeOf<WampSerializationException>().With.Message.EqualTo("Argument 2 of the result of 'com.example.divide' is missing: there are 2."));
            Assert.That(() => result.Get<int>("exact"), Throws.TypeOf<WampSerializationException>().With.Message.StartsWith("Argument 'exact' of the result of 'com.example.divide': a whole number from "));
        });
    }

    [Test]
    public async Task CallAsync_EmptyResult_IsNullOrAnError()
    {
        var none = Client.CallAsync<string?>("com.example.nothing");
        await Peer.AnswerAsync("[50,$,{}]");
        Assert.That(await none.Soon(), Is.Null);

        var number = Client.CallAsync<int>("com.example.nothing");
        await Peer.AnswerAsync("[50,$,{}]");
        Assert.That(async () => await number.Soon(), Throws.TypeOf<WampSerializationException>().With.Message.EqualTo("The result of 'com.example.nothing' is missing: it answered with nothing."));
    }

    [Test]
    public async Task CallAsync_Error_CarriesUriArgumentsAndText()
    {
        var call = Client.CallAsync("com.example.buy");
        await Peer.AnswerAsync("""[8,48,$,{},"com.example.error.sold_out",["none left",0],{"item":"tea"}]""");

        var error = Assert.CatchAsync<WampException>(() => call.Soon())!;
        Assert.Multiple(() =>
        {
            Assert.That(error.ErrorUri, Is.EqualTo("com.example.error.sold_out"));
            Assert.That(error.Message, Is.EqualTo("The call of 'com.example.buy' failed with com.example.error.sold_out: none left"));
            Assert.That(error.Arguments.Get<int>(1), Is.Zero);
            Assert.That(error.Arguments.Get<string>("item"), Is.EqualTo("tea"));
        });
    }

    [TestCase(WampCancelMode.KillNoWait, "killnowait")]
    [TestCase(WampCancelMode.Skip, "skip")]
    [Shows("cancel.caller")]
    public async Task CallAsync_Canceled_EndsAtOnceAndTellsTheRouter(WampCancelMode mode, string onTheWire)
    {
        using var cancel = new CancellationTokenSource();
        var call = Client.CallAsync("com.example.slow", options: new WampCallOptions { CancelMode = mode }, cancellationToken: cancel.Token);
        await Peer.ReceiveAsync();
        await cancel.CancelAsync();

        Assert.That(async () => await call.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo($$"""[49,1,{"mode":"{{onTheWire}}"}]"""));

        // The answer to the CANCEL answers the call; the session lives on.
        await Peer.SendAsync("""[8,48,1,{},"wamp.error.canceled"]""");
        await AssertAliveAsync();
    }

    [Test]
    [Shows("cancel.caller")]
    public async Task CallAsync_CanceledByKill_WaitsForTheAnswer()
    {
        using var cancel = new CancellationTokenSource();
        var call = Client.CallAsync("com.example.slow", options: new WampCallOptions { CancelMode = WampCancelMode.Kill }, cancellationToken: cancel.Token);
        await Peer.ReceiveAsync();
        await cancel.CancelAsync();
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"kill"}]"""));
        Assert.That(call.IsCompleted, Is.False);

        await Peer.SendAsync("""[8,48,1,{},"wamp.error.canceled"]""");
        Assert.That(async () => await call.Soon(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Shows("cancel.caller")]
    public async Task CallAsync_KillCrossesTheResult_ResultCounts()
    {
        using var cancel = new CancellationTokenSource();
        var call = Client.CallAsync<int>("com.example.slow", options: new WampCallOptions { CancelMode = WampCancelMode.Kill }, cancellationToken: cancel.Token);
        await Peer.ReceiveAsync();
        await cancel.CancelAsync();
        await Peer.SendAsync("[50,1,{},[5]]");

        Assert.That(await call.Soon(), Is.EqualTo(5));
    }

    [Test]
    [Shows("timeout.caller", "timeout.caller-cancels")]
    public async Task CallAsync_TimeoutExpires_FailsAndCancels()
    {
        var call = Client.CallAsync("com.example.slow", options: new WampCallOptions { Timeout = TimeSpan.FromSeconds(2) });
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{"timeout":2000},"com.example.slow"]"""));
        _time.Advance(TimeSpan.FromSeconds(2));

        var error = Assert.CatchAsync<WampException>(() => call.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.Timeout));
        Assert.That(error.Message, Is.EqualTo("The call of 'com.example.slow' was not answered within 00:00:02."));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    [Shows("advanced-uri.network-failure")]
    public async Task CallAsync_ConnectionLost_FailsClearly()
    {
        var call = Client.CallAsync("com.example.slow");
        await Peer.ReceiveAsync();
        await Peer.CloseAsync();

        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.NetworkFailure));
        Assert.That(error.Message, Is.EqualTo("The router closed the connection."));
    }

    [TestCase("[50,77,{}]", "Result 77 answers no request of this session")]
    [TestCase("[17,1,5]", "Published 1 answers no request of this session")]
    [TestCase("""[8,16,1,{},"x.y"]""", "Error 1 answers no request of this session")]
    [TestCase("[2,5,{}]", "Welcome is not for a client that has joined")]
    [Shows("violation.client", "message.session-client")]
    public async Task Dispatch_WrongMessage_AbortsTheSession(string message, string fault)
    {
        var call = Client.CallAsync("com.example.slow");
        await Peer.ReceiveAsync();
        await Peer.SendAsync(message);

        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        Assert.That(error.Message, Is.EqualTo($"The router broke the protocol: {fault}."));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo($$"""[3,{"message":"{{fault}}"},"wamp.error.protocol_violation"]"""));
        Assert.That(await Peer.TryReceiveAsync(), Is.Null);
    }

    [TestCase("[50,1,{},[2]]", "Result 1")]
    [TestCase("""[8,48,1,{},"x.y"]""", "Error 1")]
    [Shows("violation.client")]
    public async Task Dispatch_AnsweredTwice_AbortsTheSession(string second, string named)
    {
        var call = Client.CallAsync<int>("com.example.p");
        await Peer.AnswerAsync("[50,$,{},[1]]");
        Assert.That(await call.Soon(), Is.EqualTo(1));
        var next = Client.CallAsync("com.example.slow");
        await Peer.ReceiveAsync();

        await Peer.SendAsync(second);

        Assert.That(Assert.CatchAsync<WampConnectionException>(() => next.Soon())!.Message, Is.EqualTo($"The router broke the protocol: {named} answers no request of this session."));
    }

    [Test]
    [Shows("violation.client")]
    public async Task Dispatch_Garbage_AbortsTheSession()
    {
        var call = Client.CallAsync("com.example.slow");
        await Peer.ReceiveAsync();
        await Peer.SendBytesAsync(0xC1, 0xFF, 0x00);

        Assert.That(Assert.CatchAsync<WampConnectionException>(() => call.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.ProtocolViolation));
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[3,"));
    }

    [Test]
    [Shows("sessions.goodbye-answered-client", "message.session-client")]
    public async Task Dispatch_Goodbye_IsAnsweredAndEndsTheSession()
    {
        var call = Client.CallAsync("com.example.slow");
        await Peer.ReceiveAsync();
        await Peer.SendAsync("""[6,{"message":"back soon"},"wamp.close.system_shutdown"]""");

        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo("wamp.close.system_shutdown"));
        Assert.That(error.Message, Is.EqualTo("The router ended the session with wamp.close.system_shutdown: back soon"));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[6,{},"wamp.close.goodbye_and_out"]"""));
        Assert.That(await Peer.TryReceiveAsync(), Is.Null);
    }

    private async Task AssertAliveAsync()
    {
        var call = Client.CallAsync<int>("com.example.alive");
        await Peer.AnswerAsync("[50,$,{},[1]]");
        Assert.That(await call.Soon(), Is.EqualTo(1));
    }
}
