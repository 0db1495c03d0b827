using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions;

/// <summary>rfc/text/basic/sessions.md: HELLO to GOODBYE, and what ends a session on the way.</summary>
public sealed class SessionLifeTests
{
    private const string Hello = """[1,"realm1",{"roles":{"subscriber":{}}}]""";

    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("sessions.welcome-first", "sessions.router-roles")]
    public void Hello_AnonymousRealm_WelcomesWithIdentityAndRoles()
    {
        var welcome = Newtonsoft.Json.Linq.JArray.Parse(_router.Connect().Send(Hello).Take().Single());

        Assert.Multiple(() =>
        {
            Assert.That((int)welcome[0], Is.EqualTo(2));
            Assert.That((ulong)welcome[1], Is.InRange(1UL, WampId.Max));
            Assert.That((string?)welcome[2]["authrole"], Is.EqualTo("anonymous"));
            Assert.That((string?)welcome[2]["authmethod"], Is.EqualTo("anonymous"));
            Assert.That((string?)welcome[2]["realm"], Is.EqualTo("realm1"));
            Assert.That(welcome[2]["roles"]!["broker"], Is.Not.Null);
            Assert.That(welcome[2]["roles"]!["dealer"], Is.Not.Null);
        });
    }

    [Test]
    [Shows("message.unique-keys")]
    public void Welcome_Features_AreNamedOnceEach()
    {
        var settings = new Newtonsoft.Json.Linq.JsonLoadSettings { DuplicatePropertyNameHandling = Newtonsoft.Json.Linq.DuplicatePropertyNameHandling.Error };

        Assert.That(() => Newtonsoft.Json.Linq.JArray.Parse(_router.Connect().Send(Hello).Take().Single(), settings), Throws.Nothing);
    }

    [Test]
    [Shows("message.predefined-keys", "message.own-keys")]
    public void Welcome_Keys_AreInTheFormOfPredefinedOnes()
    {
        var welcome = (Newtonsoft.Json.Linq.JContainer)Newtonsoft.Json.Linq.JToken.Parse(_router.Connect().Send(Hello).Take().Single());

        var keys = welcome.Descendants().OfType<Newtonsoft.Json.Linq.JProperty>().Select(property => property.Name).ToArray();

        Assert.That(keys, Has.Length.GreaterThan(20).And.All.Match("^([a-z][a-z0-9_]{2,}|_[a-z0-9_]{3,})$"));
    }

    [TestCase("""[1,"nowhere",{"roles":{"caller":{}}}]""", "wamp.error.no_such_realm")]
    [TestCase("""[1,"no where",{"roles":{"caller":{}}}]""", "wamp.error.invalid_uri")]
    [TestCase("""[1,"",{"roles":{"caller":{}}}]""", "wamp.error.invalid_uri")]
    [TestCase("""[1,"realm1",{"roles":{"caller":{}},"authmethods":["ticket"],"authid":"joe"}]""", "wamp.error.no_matching_auth_method")]
    [TestCase("""[1,"realm1",{}]""", "wamp.error.protocol_violation")]
    [TestCase("""[1,"realm1",{"roles":{}}]""", "wamp.error.protocol_violation")]
    [TestCase("""[1,"realm1",{"roles":{"caller":1}}]""", "wamp.error.protocol_violation")]
    [TestCase("""[1,"realm1",{"roles":{"caller":{}},"authmethods":"ticket"}]""", "wamp.error.protocol_violation")]
    [TestCase("""[1,"realm1",{"roles":{"caller":{}},"authid":7}]""", "wamp.error.protocol_violation")]
    [TestCase("""[1,"realm1"]""", "wamp.error.protocol_violation")]
    [TestCase("""[16,1,{},"com.topic"]""", "wamp.error.protocol_violation")]
    [TestCase("""[6,{},"wamp.close.normal"]""", "wamp.error.protocol_violation")]
    [TestCase("""[5,"signature",{}]""", "wamp.error.protocol_violation")]
    [TestCase("""[2,1,{}]""", "wamp.error.protocol_violation")]
    [TestCase("""[4,"ticket",{}]""", "wamp.error.protocol_violation")]
    [TestCase("""{}""", "wamp.error.protocol_violation")]
    [TestCase("""[]""", "wamp.error.protocol_violation")]
    [TestCase("""nonsense""", "wamp.error.protocol_violation")]
    public void FirstMessage_Unacceptable_AbortsWithReasonAndText(string message, string reason)
    {
        var peer = _router.Connect().Send(message);

        AssertAborted(peer, reason);
    }

    // wamp-proto "Protocol Violations": what an established session must not send.
    [TestCase(Hello)]
    [TestCase("""[2,1,{}]""")]
    [TestCase("""[4,"ticket",{}]""")]
    [TestCase("""[5,"x",{}]""")]
    [TestCase("""[17,1,1]""")]
    [TestCase("""[33,1,1]""")]
    [TestCase("""[36,1,1,{}]""")]
    [TestCase("""[50,1,{}]""")]
    [TestCase("""[68,1,1,{}]""")]
    [TestCase("""[69,1,{}]""")]
    [TestCase("""[8,48,1,{},"com.error"]""")]
    [TestCase("""[8,68,1,{},"com.error"]""")]
    [TestCase("""[70,1,{}]""")]
    [TestCase("""[16,"1",{},"com.topic"]""")]
    [TestCase("""[16,true,{},"com.topic"]""")]
    [TestCase("""[16,1.5,{},"com.topic"]""")]
    [TestCase("""[16,9007199254740993,{},"com.topic"]""")]
    [TestCase("""[16,0,{},"com.topic"]""")]
    [TestCase("""[16,-1,{},"com.topic"]""")]
    [TestCase("""[16,1,[],"com.topic"]""")]
    [TestCase("""[16,1,{},7]""")]
    [TestCase("""[16,1,{}]""")]
    [TestCase("""[16,1,{},"com.topic",{}]""")]
    [TestCase("""[16,1,{},"com.topic",[],[]]""")]
    [TestCase("""[16,1,{},"com.topic",[],{},1]""")]
    [TestCase("""[16,1,{"acknowledge":1},"com.topic"]""")]
    [TestCase("""[16,1,{"exclude_me":"no"},"com.topic"]""")]
    [TestCase("""[48,1,{"disclose_me":1},"com.procedure"]""")]
    [TestCase("""[32,1,{"match":"regex"},"com.topic"]""")]
    [TestCase("""[16,1,{"eligible":"me"},"com.topic"]""")]
    [TestCase("""[16,1,{},"com.topic"] """ + "x")]
    [TestCase("""[999,1]""")]
    [TestCase("""[7]""")]
    [TestCase("""["16",1,{},"com.topic"]""")]
    public void Established_ForbiddenOrMalformedMessage_AbortsOnlyThisSession(string message)
    {
        var bystander = _router.Join();
        var peer = _router.Join();

        peer.Send(message);

        AssertAborted(peer, "wamp.error.protocol_violation");
        Assert.That(bystander.Send("""[16,1,{"acknowledge":true},"com.topic"]""").Take().Single(), Does.StartWith("[17,1,"));
    }

    [Test]
    [Shows("sessions.goodbye-answered", "sessions.goodbye-ends", "field.nothing-behind-goodbye")]
    public void Goodbye_FromPeer_IsAnsweredAndNothingFollows()
    {
        var (subscriber, publisher) = (_router.Join(), _router.Join());
        subscriber.Send("""[32,1,{},"com.topic"]""").Take();

        subscriber.Send("""[6,{},"wamp.close.normal"]""");
        publisher.Send("""[16,1,{},"com.topic",[1]]""");

        Assert.That(subscriber.Take(), Is.EqualTo(new[] { """[6,{},"wamp.close.goodbye_and_out"]""" }));
    }

    [Test]
    [Shows("transport.reuse", "sessions.session-id")]
    public void Hello_AfterGoodbyeOnTheSameConnection_BeginsAFreshSession()
    {
        var peer = _router.Connect();
        var first = peer.Join();
        peer.Send("""[32,1,{},"com.topic"]""").Send("""[6,{},"wamp.close.normal"]""").Take();

        var second = peer.Join();
        peer.Send("""[16,1,{"acknowledge":true,"exclude_me":false},"com.topic"]""");

        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(peer.Take().Single(), Does.StartWith("[17,1,"), "no EVENT: the first session's subscription is gone");
    }

    [Test]
    [Shows("sessions.goodbye-from-router", "sessions.ignored-while-closing", "field.nothing-behind-goodbye")]
    public void Goodbye_FromRouter_IsTheLastMessageAndItsAnswerCloses()
    {
        var peer = _router.Join();
        var publisher = _router.Join();
        peer.Send("""[32,1,{},"com.topic"]""").Take();

        _router.Live.Drain();
        var ended = _router.Live.GoodbyeAsync("wamp.close.system_shutdown", "going");
        publisher.Send("""[16,1,{},"com.topic"]""");
        peer.Send("""[16,2,{"acknowledge":true},"com.topic"]""");

        Assert.That(peer.Take(), Is.EqualTo(new[] { """[6,{"message":"going"},"wamp.close.system_shutdown"]""" }));
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Continue), "what crossed our GOODBYE is ignored");
        Assert.That(peer.Send("""[6,{},"wamp.close.goodbye_and_out"]""").Status, Is.EqualTo(ReceiveStatus.Close));
        Assert.That(ended.IsCompleted, Is.False);
        peer.Disconnect();
        publisher.Disconnect();
        Assert.That(ended.IsCompleted, Is.True);
    }

    [Test]
    public void Hello_RouterGoesForGood_IsRefusedAsShutdown()
    {
        using var router = new TestRouter(options: new WampSessionOptions { Shutdown = WampShutdownNotice.Goodbye });
        router.Live.Drain();

        AssertAborted(router.Connect().Send(Hello), "wamp.close.system_shutdown");
    }

    [Test]
    public void Hello_RouterRestarts_ClosesWithoutALastWord()
    {
        _router.Live.Drain();

        var peer = _router.Connect().Send(Hello);

        Assert.That((peer.Take(), peer.Status), Is.EqualTo((Array.Empty<string>(), ReceiveStatus.Close)));
    }

    [Test]
    public void Call_WhileDraining_IsRefused()
    {
        var peer = _router.Join();
        _router.Live.Drain();

        Assert.That(peer.Send("""[48,1,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.unavailable"));
    }

    [Test]
    [Shows("sessions.abort-not-answered")]
    public void Abort_FromPeer_IsNotAnswered()
    {
        var peer = _router.Join();

        peer.Send("""[3,{},"wamp.error.whatever"]""");

        Assert.That(peer.Take(), Is.Empty);
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
    }

    [Test]
    public void Join_RealmIsFull_Aborts()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxSessions = 1 } });
        var first = router.Join();

        AssertAborted(router.Connect().Send(Hello), "wamp.error.unavailable");
        first.Disconnect();
        router.Join();
    }

    [Test]
    [Shows("state-machine.join-timer")]
    public void HelloTimeout_NoWelcomeInTime_ClosesTheConnection()
    {
        var time = new ManualTime();
        using var router = new TestRouter(time: time);
        var silent = router.Connect();
        var prompt = router.Join();

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(silent.CloseRequested, Is.True);
        Assert.That(prompt.CloseRequested, Is.False);
    }

    [Test]
    public void GoodbyeTimeout_PeerDoesNotAnswer_ClosesTheConnection()
    {
        var time = new ManualTime();
        using var router = new TestRouter(time: time);
        var peer = router.Join();
        router.Live.Drain();
        _ = router.Live.GoodbyeAsync("wamp.close.system_shutdown", "going");

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(peer.CloseRequested, Is.True);
    }

    [TestCase("off", 7UL, 3UL, true)]
    [TestCase("log", 7UL, 3UL, true)]
    [TestCase("monotonic", 7UL, 8UL, true)]
    [TestCase("monotonic", 7UL, 9UL, false)]
    [TestCase("monotonic", WampId.Max, 1UL, true)]
    [TestCase("monotonic", WampId.Max, 2UL, false)]
    [TestCase("strict", 1UL, 2UL, true)]
    [TestCase("strict", 1UL, 1UL, false)]
    [TestCase("strict", 1UL, 3UL, false)]
    [Shows("violation.request-order", "id.session-client", "id.wrap")]
    public void RequestIds_OutOfOrder_AbortWhereTheRealmMinds(string check, ulong first, ulong second, bool accepted)
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = Enum.Parse<RequestIdCheck>(check, ignoreCase: true) });
        var peer = router.Join();

        peer.Send($$"""[16,{{first}},{},"com.topic"]""").Send($$"""[32,{{second}},{},"com.topic"]""");

        Assert.That(peer.Status, Is.EqualTo(accepted ? ReceiveStatus.Continue : ReceiveStatus.Close));
    }

    [TestCase("log", new[] { "7", "9" })]
    [TestCase("off", new string[0])]
    [Shows("violation.request-order")]
    public void RequestIds_OutOfOrder_AreLoggedOnceForEachSessionWhereTheRealmLogsThem(string check, string[] logged)
    {
        const int OutOfOrder = 1206;
        var logger = new LogRecorder<Session>();
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = Enum.Parse<RequestIdCheck>(check, ignoreCase: true) }, logger: logger);

        router.Join().Send("""[32,1,{},"com.a"]""").Send("""[32,7,{},"com.b"]""").Send("""[32,3,{},"com.c"]""").Send("""[32,3,{},"com.d"]""");
        router.Join().Send("""[32,9,{},"com.a"]""").Send("""[32,1,{},"com.b"]""");

        Assert.That(logger.Of(OutOfOrder), Has.Count.EqualTo(logged.Length));
        Assert.That(logger.Of(OutOfOrder).Zip(logged), Is.All.Matches<(string Text, string Id)>(entry => entry.Text.Contains($"request id {entry.Id} out of order", StringComparison.Ordinal)));
    }

    private static void AssertAborted(TestPeer peer, string reason)
    {
        var abort = Newtonsoft.Json.Linq.JArray.Parse(peer.Take().Single());
        Assert.Multiple(() =>
        {
            Assert.That((int)abort[0], Is.EqualTo(3));
            Assert.That((string?)abort[2], Is.EqualTo(reason));
            Assert.That((string?)abort[1]["message"], Is.Not.Empty);
            Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
        });
    }
}
