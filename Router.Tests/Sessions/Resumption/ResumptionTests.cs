using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>docs/resumption.md: what a client gets that comes back, and what one gets that may not.</summary>
public sealed class ResumptionTests
{
    private ManualTime _time = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(time: _time);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Welcome_NotAskedFor_HasNoneOfTheKeys()
    {
        var details = Details(_router.Connect().Send(ResumableClient.Hello("{}")));

        Assert.That(details.Properties().Select(property => property.Name), Has.None.Matches<string>(name => name.StartsWith("resum", StringComparison.Ordinal) || name is "_received" or "_resume_within"));
    }

    [Test]
    public void Welcome_AskedFor_GivesTokenAndTime()
    {
        var details = Details(_router.Connect().Send(ResumableClient.Hello("""{"resumable":true}""")));

        Assert.Multiple(() =>
        {
            Assert.That((bool)details["resumable"]!, Is.True);
            Assert.That((bool)details["resumed"]!, Is.False);
            Assert.That((string?)details["resume_token"], Has.Length.EqualTo(43), "256 bits in base64url");
            Assert.That((int)details["_received"]!, Is.Zero);
            Assert.That((int)details["_resume_within"]!, Is.EqualTo(60_000));
        });
    }

    [TestCase(0, 10)]
    [TestCase(60, 0)]
    public void Welcome_RealmOrRouterAllowsNone_SaysSo(int windowSeconds, int maxDetachedSessions)
    {
        using var router = new TestRouter(
            sessions: TestRouter.Anonymous with { Resumption = new ResumptionSettings { Window = TimeSpan.FromSeconds(windowSeconds) } },
            options: new WampSessionOptions { MaxDetachedSessions = maxDetachedSessions });

        var details = Details(router.Connect().Send(ResumableClient.Hello("""{"resumable":true}""")));

        Assert.Multiple(() =>
        {
            Assert.That((bool)details["resumable"]!, Is.False);
            Assert.That((bool)details["resumed"]!, Is.False);
            Assert.That(details.ContainsKey("resume_token"), Is.False);
        });
    }

    [TestCase("""{"resumable":1}""")]
    [TestCase("""{"resumable":"yes"}""")]
    [TestCase("""{"resume-session":"7","resume-token":"x"}""")]
    [TestCase("""{"resume-session":0,"resume-token":"x"}""")]
    [TestCase("""{"resume-session":7,"resume-token":5}""")]
    [TestCase("""{"resume-session":7}""")]
    [TestCase("""{"resume_session":7}""")]
    [TestCase("""{"resume-token":"x"}""")]
    [TestCase("""{"_received":-1}""")]
    [TestCase("""{"_received":"1"}""")]
    public void Hello_WrongTypes_IsAProtocolViolation(string details)
    {
        var peer = _router.Connect().Send(ResumableClient.Hello(details));

        Assert.Multiple(() =>
        {
            Assert.That(peer.Take().Single(), Does.Contain("wamp.error.protocol_violation").And.Contain("HELLO.Details."));
            Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
        });
    }

    [TestCase("resume-session", "resume-token")]
    [TestCase("resume_session", "resume_token")]
    public void Hello_EitherSpelling_Resumes(string sessionKey, string tokenKey)
    {
        var client = Join();
        client.Lose();

        var details = Details(_router.Connect().Send(ResumableClient.Hello($$"""{"{{sessionKey}}":{{client.Id}},"{{tokenKey}}":"{{client.Token}}"}""")));

        Assert.That((bool)details["resumed"]!, Is.True);
    }

    [Test]
    public void Resume_WithCount_BringsWhatTheClientHasNotReceivedAndNothingElse()
    {
        var client = Join();
        var publisher = _router.Join();
        client.Send("""[32,1,{},"com.topic"]""");
        var subscribed = client.Take().Single();
        Publish(publisher, 1);
        Publish(publisher, 2);
        client.Lose(unread: 1);
        Publish(publisher, 3);

        client.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(subscribed, Does.StartWith("[33,1,"));
            Assert.That(client.IsResumed, Is.True);
            Assert.That(client.Take().Select(Argument), Is.EqualTo(new[] { 2, 3 }));
            Assert.That((int)client.Welcome["_received"]!, Is.EqualTo(1), "SUBSCRIBE");
        });
        Publish(publisher, 4);
        Assert.That(client.Take().Select(Argument), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void Resume_WithoutCount_BringsWhatWasNotHandedToTheConnection()
    {
        var client = Join();
        var publisher = _router.Join();
        client.Send("""[32,1,{},"com.topic"]""");
        Publish(publisher, 1);
        client.Lose(unread: 1);
        Publish(publisher, 2);

        client.Resume(withCount: false);

        Assert.That(client.Take().Select(Argument), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Resume_TokenUsedBefore_IsGoodUntilTheClientIsHeard()
    {
        var client = Join();
        var first = client.Token;
        client.Lose();
        for (var i = 0; i < 3; i++)
        {
            client.Resume(token: first);
            client.Lose();      // the WELCOME may have been lost with it
        }

        client.Resume(token: first);
        Assert.That(client.IsResumed, Is.True);

        client.Lose();
        client.Resume();
        client.Send("""[32,1,{},"com.topic"]""");
        var stale = client.TokenBefore;
        client.Lose();
        client.Resume(token: stale);

        Assert.That(client.IsResumed, Is.False);
    }

    [Test]
    public void Resume_RequestIds_GoOn()
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = RequestIdCheck.Strict });
        var client = ResumableClient.Join(router);
        client.Send("""[32,1,{},"com.topic"]""");
        client.Lose();
        client.Resume();

        client.Send("""[32,2,{},"com.other"]""");

        Assert.That(client.Take()[^1], Does.StartWith("[33,2,"));
    }

    [Test]
    public void Resume_WrongToken_GetsANewSessionAndHarmsNothing()
    {
        var client = Join();
        client.Lose();

        var stranger = new ResumableClient(_router) { Id = client.Id, Token = new string('A', 43) };
        stranger.Resume();
        client.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(stranger.IsResumed, Is.False);
            Assert.That(stranger.Id, Is.Not.EqualTo(client.Id));
            Assert.That((bool)stranger.Welcome["resumable"]!, Is.True);
            Assert.That(client.IsResumed, Is.True);
        });
    }

    [Test]
    public void Resume_WrongTokenWhileConnected_DoesNotDropTheConnection()
    {
        var client = Join();

        new ResumableClient(_router) { Id = client.Id, Token = "wrong" }.Resume();

        Assert.That(client.Peer.Aborted, Is.False);
    }

    [Test]
    [Shows("resumption.bounds")]
    public void Resume_WindowIsOver_GetsANewSession()
    {
        var client = Join();
        var former = client.Id;
        client.Lose();
        _time.Advance(TimeSpan.FromSeconds(60));

        client.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.False);
            Assert.That(client.Id, Is.Not.EqualTo(former));
            Assert.That(_router.Live.Count, Is.EqualTo(1));
            Assert.That(_router.Context.Resumable.Detached, Is.Zero);
        });
    }

    [Test]
    public void Resume_JustBeforeTheWindowIsOver_IsInTime()
    {
        var client = Join();
        client.Lose();
        _time.Advance(TimeSpan.FromSeconds(59));

        client.Resume();
        _time.Advance(TimeSpan.FromSeconds(59));    // the window of the last time is over, and does not matter

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.True);
            Assert.That(_router.Live.Count, Is.EqualTo(1));
        });
    }

    [Test]
    public void Resume_OtherFraming_EndsTheOldSessionForItsClientCannotHaveIt()
    {
        var client = Join();
        client.Lose();

        _router.Connect(TestPeer.Local(WireFormat.Json) with { Encoding = new WireEncoding(WireFormat.Json, Framing.WebSocket) }).Send(client.HelloAgain());

        Assert.Multiple(() =>
        {
            Assert.That(_router.Live.Find(client.Id), Is.Null);
            Assert.That(_router.Live.Count, Is.EqualTo(1), "the new one");
        });
    }

    [Test]
    public void Resume_CountOfMoreThanWasSent_IsNotBelieved()
    {
        var client = Join();
        client.Lose();
        client.Received = 1;

        client.Resume();

        Assert.That(client.IsResumed, Is.False);
    }

    [Test]
    public void Resume_AfterGoodbye_GetsANewSession()
    {
        var client = Join();
        client.Send("""[6,{},"wamp.close.normal"]""");
        client.Lose();

        client.Resume();

        Assert.That(client.IsResumed, Is.False);
    }

    [TestCase(nameof(DisconnectReason.ConnectionLost), true)]
    [TestCase(nameof(DisconnectReason.PingTimeout), true)]
    [TestCase(nameof(DisconnectReason.ClosedByPeer), true)]
    [TestCase(nameof(DisconnectReason.ClosedByRouter), false)]
    [TestCase(nameof(DisconnectReason.TransportViolation), false)]
    public void Resume_AfterEachEndOfAConnection_OnlyWhereItIsNotFinal(string reason, bool isResumed)
    {
        var client = Join();
        client.Lose(reason: Enum.Parse<DisconnectReason>(reason));

        client.Resume();

        Assert.That(client.IsResumed, Is.EqualTo(isResumed));
    }

    [Test]
    public void Resume_AfterAProtocolViolation_GetsANewSession()
    {
        var client = Join();
        client.Send("""[2,1,{}]""");
        client.Lose();

        client.Resume();

        Assert.That(client.IsResumed, Is.False);
    }

    private ResumableClient Join() => ResumableClient.Join(_router);

    private static void Publish(TestPeer publisher, int number) => publisher.Send($$"""[16,{{number}},{},"com.topic",[{{number}}]]""");

    private static int Argument(string message) => (int)JArray.Parse(message)[4][0]!;

    private static JObject Details(TestPeer peer) => (JObject)JArray.Parse(peer.Take().Single())[2];
}
