using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Realms;

/// <summary>What is refused says what is wrong, and not what is wrong more often.</summary>
public sealed class RefusalTextTests
{
    private static readonly string TooLong = $"com.{new string('x', 1_021)}";

    private TestRouter _router = null!;
    private TestPeer _peer = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _peer = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("""[16,1,{"acknowledge":true},"$"]""")]
    [TestCase("""[32,1,{},"$"]""")]
    [TestCase("""[32,1,{"match":"prefix"},"$"]""")]
    [TestCase("""[48,1,{},"$"]""")]
    [TestCase("""[64,1,{},"$"]""")]
    [TestCase("""[64,1,{"match":"wildcard"},"$"]""")]
    [TestCase("""[48,1,{},"wamp.subscription.match",["$"]]""")]
    [TestCase("""[48,1,{},"wamp.registration.match",["$"]]""")]
    [TestCase("""[48,1,{},"wamp.reflect.describe",["$"]]""")]
    public void Uri_LongerThanTheLimit_IsRefusedWithTheLimit(string message)
    {
        var answer = _peer.Send(message.Replace("$", TooLong, StringComparison.Ordinal)).Take().Single();

        Assert.That(answer, Does.Contain("\"wamp.error.invalid_uri\",[\"the URI is longer than 1024 bytes"));
    }

    [Test]
    public void Uri_AsLongAsTheLimit_IsTaken() => Assert.That(_peer.Send($"[32,1,{{}},\"{TooLong[..^1]}\"]").Take().Single(), Does.StartWith("[33,1,"));

    [TestCase("wamp.subscription.match")]
    [TestCase("wamp.registration.match")]
    public void Match_ArgumentIsNoUri_IsAnInvalidUri(string procedure)
    {
        Assert.That(_peer.Send($"[48,1,{{}},\"{procedure}\",[\"com..x\"]]").Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.invalid_uri\""));
        Assert.That(_peer.Send($"[48,2,{{}},\"{procedure}\",[7]]").Take().Single(), Does.StartWith("[8,48,2,{},\"wamp.error.invalid_argument\""));
    }

    [TestCase("")]
    [TestCase("\"invoke\":\"roundrobin\"")]
    public void Register_TwiceInOneSession_SaysThatItWasThisSession(string options)
    {
        _peer.Register("com.procedure");

        Assert.That(_peer.Send($"[64,2,{{{options}}},\"com.procedure\"]").Take().Single(), Does.Contain("this session has registered"));
        Assert.That(_router.Join().Send("""[64,1,{},"com.procedure"]""").Take().Single(), Does.Contain("another session has registered"));
    }

    [Test]
    public void Limit_Reached_NamesItsSetting()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new() { MaxSubscriptionsPerSession = 0 } });

        Assert.That(router.Join().Send("""[32,1,{},"com.topic"]""").Take().Single(), Does.Contain("limits.maxSubscriptionsPerSession"));
    }
}
