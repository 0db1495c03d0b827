using Newtonsoft.Json.Linq;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class JoinTests(WampSerializer serializer)
{
    private readonly ManualTime _time = new();
    private ScriptedRouter _router = null!;

    [SetUp]
    public void Start() => _router = new ScriptedRouter();

    [TearDown]
    public async Task StopAsync() => await _router.DisposeAsync();

    [Test]
    public async Task ConnectAsync_Welcome_KnowsItsSession()
    {
        await using var client = Client();
        var connecting = client.ConnectAsync();
        await _router.WelcomeAsync();
        await connecting.Soon();

        Assert.Multiple(() =>
        {
            Assert.That(client.State, Is.EqualTo(WampClientState.Connected));
            Assert.That(client.Session!.Id, Is.EqualTo(9129137332));
            Assert.That(client.Session.AuthId, Is.EqualTo("anna"));
            Assert.That(client.Session.AuthRole, Is.EqualTo("staff"));
            Assert.That(client.Session.Realm, Is.EqualTo("realm1"));
            Assert.That(client.Session.Details.TryGet<string>("authmethod", out var method) ? method : null, Is.EqualTo("anonymous"));
        });
        await _router.DisposeAsync();
    }

    [Test]
    [Shows("sessions.hello-first-client", "sessions.client-features", "sessions.agent", "message.session-client")]
    public async Task ConnectAsync_Anonymous_SaysWhatItIsAndCan()
    {
        await using var client = Client();
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();
        var hello = await peer.ReceiveAsync();
        await _router.DisposeAsync();

        Assert.That(async () => await connecting.Soon(), Throws.TypeOf<WampConnectionException>());
        Assert.That(hello, Does.StartWith("""[1,"realm1",{"agent":"WampRouter.Client-0.1.0","authmethods":["anonymous"],"roles":{"publisher":{"features":{"""));
        Assert.That(hello, Does.Contain("\"call_canceling\":true"));
    }

    [Test]
    [Shows("bwlist.announced-by-client", "exclude-me.announced-by-client", "disclose-publisher.announced-by-client", "publication-trust.announced-by-client")]
    [Shows("pattern-sub.announced-by-client", "sharded-sub.announced-by-client", "revoke-subscription.announced-by-client")]
    public async Task ConnectAsync_Hello_AnnouncesWhatPublisherAndSubscriberCan()
    {
        await using var client = Client();
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();
        var roles = JArray.Parse(await peer.ReceiveAsync())[2]["roles"]!;
        await _router.DisposeAsync();

        Assert.That(async () => await connecting.Soon(), Throws.TypeOf<WampConnectionException>());
        Assert.That(Features("publisher"), Is.SupersetOf(new[] { "publisher_exclusion", "publisher_identification", "sharded_subscription", "subscriber_blackwhite_listing" }));
        Assert.That(Features("subscriber"), Is.SupersetOf(new[]
        {
            "pattern_based_subscription", "publication_trustlevels", "publisher_identification", "sharded_subscription", "subscription_revocation",
        }));

        IEnumerable<string> Features(string role) => ((JObject)roles[role]!["features"]!).Properties().Where(feature => (bool)feature.Value).Select(feature => feature.Name);
    }

    [Test]
    [Shows("auth.authenticate", "ticket.client")]
    public async Task ConnectAsync_Ticket_AnswersTheChallenge()
    {
        await using var client = Client(WampAuthentication.Ticket("anna", _ => ValueTask.FromResult("s3cret")));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        Assert.That(await peer.AnswerAsync("""[4,"ticket",{}]"""), Does.Contain("""
            "authmethods":["ticket"],"authid":"anna"
            """));
        Assert.That(await peer.AnswerAsync("""[2,77,{"authmethod":"ticket"}]"""), Is.EqualTo("""[5,"s3cret",{}]"""));
        await connecting.Soon();
        Assert.That(client.Session!.AuthMethod, Is.EqualTo("ticket"));
        await _router.DisposeAsync();
    }

    [Test]
    public async Task ConnectAsync_BearerToken_NamesNoUserAndAnswersTheChallenge()
    {
        await using var client = Client(WampAuthentication.Bearer(_ => ValueTask.FromResult("wamp_x")));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        Assert.That(await peer.AnswerAsync("""[4,"bearer",{}]"""), Does.Contain("\"authmethods\":[\"bearer\"]").And.Not.Contain("authid"));
        Assert.That(await peer.AnswerAsync("""[2,77,{"authid":"ci","authmethod":"bearer"}]"""), Is.EqualTo("""[5,"wamp_x",{}]"""));
        await connecting.Soon();
        Assert.That(client.Session!.AuthId, Is.EqualTo("ci"));
        await _router.DisposeAsync();
    }

    [Test]
    public async Task ConnectAsync_Abort_SaysWhyAndMayBeTriedAgain()
    {
        await using var client = Client();
        var refused = client.ConnectAsync();
        await (await _router.AcceptAsync()).AnswerAsync("""[3,{"message":"There is no realm 'realm1'."},"wamp.error.no_such_realm"]""");

        var error = Assert.CatchAsync<WampConnectionException>(() => refused.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.NoSuchRealm));
        Assert.That(error.Message, Is.EqualTo("The router refused realm 'realm1' with wamp.error.no_such_realm: There is no realm 'realm1'."));
        Assert.That(client.State, Is.EqualTo(WampClientState.Disconnected));

        var welcomed = client.ConnectAsync();
        await _router.WelcomeAsync();
        await welcomed.Soon();
        await _router.DisposeAsync();
    }

    [TestCase("""[4,"wampcra",{"challenge":"x"}]""", "wampcra")]
    [TestCase("""[36,1,2,{}]""", "Event")]
    [Shows("violation.client")]
    public async Task ConnectAsync_UnexpectedReply_IsAViolation(string reply, string named)
    {
        await using var client = Client(WampAuthentication.Ticket("anna", "s3cret"));
        var connecting = client.ConnectAsync();
        await (await _router.AcceptAsync()).AnswerAsync(reply);

        var error = Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.ProtocolViolation));
        Assert.That(error.Message, Does.Contain(named));
    }

    [Test]
    [Shows("state-machine.join-timer-client")]
    public async Task ConnectAsync_RouterSaysNothing_EndsInTime()
    {
        await using var client = Client();
        var connecting = client.ConnectAsync();
        await (await _router.AcceptAsync()).ReceiveAsync();
        _time.Advance(TimeSpan.FromSeconds(15));

        var error = Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
        Assert.That(error.Message, Does.Contain("within 00:00:15"));
    }

    [Test]
    public async Task ConnectAsync_Canceled_Ends()
    {
        await using var client = Client();
        using var cancel = new CancellationTokenSource();
        var connecting = client.ConnectAsync(cancel.Token);
        await (await _router.AcceptAsync()).ReceiveAsync();
        await cancel.CancelAsync();

        Assert.That(async () => await connecting.Soon(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task ConnectAsync_NobodyListens_FailsAtOnce()
    {
        _router.IsDown = true;
        await using var client = Client();

        Assert.That(
            async () => await client.ConnectAsync().Soon(),
            Throws.TypeOf<WampConnectionException>().With.Message.EqualTo("The router could not be reached: nobody listens"));
    }

    [Test]
    [Shows("message.session-client")]
    public async Task DisposeAsync_RouterAnswers_SaysGoodbye()
    {
        var client = Client();
        var connecting = client.ConnectAsync();
        var peer = await _router.WelcomeAsync();
        await connecting.Soon();

        var disposing = client.DisposeAsync().AsTask();
        Assert.That(await peer.AnswerAsync("""[6,{},"wamp.close.goodbye_and_out"]"""), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));
        await disposing.Soon();

        Assert.That(await peer.TryReceiveAsync(), Is.Null, "nothing may follow GOODBYE");
        Assert.That(client.State, Is.EqualTo(WampClientState.Closed));
        Assert.That(async () => await client.PublishAsync("com.example.t"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await client.ConnectAsync(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task DisposeAsync_RouterSaysNothing_EndsInTime()
    {
        var client = Client();
        var connecting = client.ConnectAsync();
        var peer = await _router.WelcomeAsync();
        await connecting.Soon();

        var call = client.CallAsync("com.example.slow");
        await peer.ReceiveAsync();
        var disposing = client.DisposeAsync().AsTask();
        await peer.ReceiveAsync();
        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        _time.Advance(TimeSpan.FromSeconds(5));
        await disposing.Soon();

        Assert.That(error.Message, Is.EqualTo("The client closed the session."));
    }

    [Test]
    public async Task DisposeAsync_MessagesStillCome_DropsThem()
    {
        var client = Client();
        var connecting = client.ConnectAsync();
        var peer = await _router.WelcomeAsync();
        await connecting.Soon();
        var subscribing = client.SubscribeAsync("com.example.t");
        await peer.AnswerAsync("[33,$,501]");
        await using var events = (await subscribing.Soon()).GetAsyncEnumerator();
        var disposing = client.DisposeAsync().AsTask();
        await peer.ReceiveAsync();

        await peer.SendAsync("[36,501,1,{}]");
        await peer.SendAsync("[50,77,{}]");
        await peer.SendAsync("""[6,{},"wamp.close.goodbye_and_out"]""");

        await disposing.Soon();
        Assert.That(await peer.TryReceiveAsync(), Is.Null);
        Assert.That(await events.MoveNextAsync().Soon(), Is.False, "no event behind the goodbye");
    }

    [Test]
    public async Task DisposeAsync_WhileConnecting_EndsBoth()
    {
        var client = Client();
        var connecting = client.ConnectAsync();
        await (await _router.AcceptAsync()).ReceiveAsync();
        await client.DisposeAsync().Soon();

        Assert.That(async () => await connecting.Soon(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task DisposeAsync_WelcomeComesAllTheSame_SaysGoodbyeAndLeavesNothingOpen()
    {
        var transport = new SeamTransport(_router.Transport);
        var client = Client(transport: transport);
        transport.Received = () => client.DisposeAsync().AsTask();
        var connecting = client.ConnectAsync();
        var peer = await _router.WelcomeAsync();

        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));
        transport.Received = () => Task.CompletedTask;
        await peer.SendAsync("""[6,{},"wamp.close.goodbye_and_out"]""");
        Assert.That(async () => await connecting.Soon(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(transport.Connections.Single().IsDisposed, Is.True);
        Assert.That(client.State, Is.EqualTo(WampClientState.Closed));
    }

    [Test]
    public async Task ConnectAsync_Refused_ClosesTheConnection()
    {
        var transport = new SeamTransport(_router.Transport);
        await using var client = Client(transport: transport);
        var connecting = client.ConnectAsync();
        await (await _router.AcceptAsync()).AnswerAsync("""[3,{},"wamp.error.no_such_realm"]""");

        Assert.CatchAsync<WampConnectionException>(() => connecting.Soon());
        Assert.That(transport.Connections.Single().IsDisposed, Is.True);
    }

    [Test]
    public async Task ConnectAsync_ChallengedTwice_IsAViolation()
    {
        await using var client = Client(WampAuthentication.Ticket("anna", "s3cret"));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();
        await peer.AnswerAsync("""[4,"ticket",{}]""");
        await peer.AnswerAsync("""[4,"ticket",{}]""");

        Assert.That(Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!.Message, Is.EqualTo("The router broke the protocol: CHALLENGE came twice."));
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[3,{"message":"CHALLENGE came twice"},"wamp.error.protocol_violation"]"""));
    }

    [Test]
    public void Constructor_InvalidOptions_NamesEveryMistake() =>
        Assert.That(
            () => new WampClient(new WampClientOptions { Transport = _router.Transport, Realm = "", Serializers = [], MaxUnsentBytes = 1 }),
            Throws.ArgumentException.With.Message.Contains("Realm").And.Message.Contains("Serializers").And.Message.Contains("MaxUnsentBytes"));

    private WampClient Client(WampAuthentication? authentication = null, IWampTransport? transport = null) => new(new WampClientOptions
    {
        Transport = transport ?? _router.Transport,
        Realm = "realm1",
        Serializers = [serializer],
        Authentication = authentication ?? WampAuthentication.Anonymous,
        TimeProvider = _time,
        Reconnect = null,
    });
}
