using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Realms.Peers;

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

        Assert.That(answer, Does.Contain("\"wamp.error.invalid_uri\",[\"'com.xxx").And.Contain("it has 1025 bytes in UTF-8, and 1024 are the most"));
    }

    [Test]
    public void Uri_AsLongAsTheLimit_IsTaken() => Assert.That(_peer.Send($"[32,1,{{}},\"{TooLong[..^1]}\"]").Take().Single(), Does.StartWith("[33,1,"));

    [TestCase("""[16,1,{"acknowledge":true},"com..x"]""")]
    [TestCase("""[32,1,{},"com..x"]""")]
    [TestCase("""[64,1,{},"com..x"]""")]
    [TestCase("""[48,1,{},"com..x"]""")]
    [TestCase("""[48,1,{},"wamp..x"]""")]
    [TestCase("""[48,1,{},"wamp.subscription.match",["com..x"]]""")]
    [TestCase("""[48,1,{},"wamp.reflect.describe",["com..x"]]""")]
    [TestCase("""[48,1,{},"wamp.session.kill_all",[],{"reason":"com..x"}]""")]
    public void Uri_ThatIsNone_IsRefusedWithItsFaultAndTheRule(string message)
    {
        var answer = _peer.Send(message).Take().Single();

        Assert.That(answer, Does.Contain("wamp.error.invalid_uri").And.Contain("..x' is no URI: it has an empty component: two dots in a row; the loose rule"));
    }

    [Test]
    public void Uri_ThatIsNoneInAStrictRealm_IsRefusedWithThatRule()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { UriCheck = UriCheck.Strict });

        Assert.That(router.Join().Send("""[32,1,{},"com.Shop"]""").Take().Single(), Does.Contain("it has an upper-case letter ('S'); this realm's strict rule"));
    }

    [Test]
    public void Realm_WhoseNameIsNoUri_IsRefusedWithItsFault() =>
        Assert.That(_router.Connect().Send("""[1,"my realm",{"roles":{"caller":{}}}]""").Take().Single(), Does.Contain("the name of a realm is a URI; 'my realm' is no URI: it has a space"));

    [TestCase("""[16,1,{"acknowledge":true},"com.shop.orders"]""", "may not publish to 'com.shop.orders'")]
    [TestCase("""[32,1,{},"com.shop.orders"]""", "may not subscribe to 'com.shop.orders'")]
    [TestCase("""[32,1,{"match":"prefix"},"com.sho"]""", "may not subscribe to the prefix 'com.sho': its rules do not allow all that it matches")]
    [TestCase("""[64,1,{"match":"wildcard"},"com..x"]""", "may not register the wildcard pattern 'com..x': its rules do not allow all that it matches")]
    [TestCase("""[64,1,{},"com.shop.orders"]""", "may not register 'com.shop.orders'")]
    [TestCase("""[48,1,{},"com.shop.orders"]""", "may not call 'com.shop.orders'")]
    [TestCase("""[48,1,{},"wamp.session.kill"]""", "may not call 'wamp.session.kill'")]
    [TestCase("""[48,1,{},"wamp.reflection.topic.describe",["com.shop.orders"]]""", "may not subscribe or publish to 'com.shop.orders'")]
    public void Request_ThatIsNotAllowed_IsRefusedWithTheRoleAndWhatItMayNotDo(string message, string text)
    {
        var role = new RoleSettings { Name = "anonymous", Permissions = [new PermissionRule { Uri = "wamp.reflection.", Match = MatchPolicy.Prefix, Allow = Permissions.All }] };
        using var router = new TestRouter(TestRouter.OpenRealm with { Roles = [role] });

        Assert.That(router.Join().Send(message).Take().Single(), Does.Contain($"\"wamp.error.not_authorized\",[\"role 'anonymous' {text}\"]"));
    }

    [Test]
    public void Uri_OfTheRouter_IsRefusedByName() => Assert.That(_peer.Send("""[64,1,{},"wamp.mine"]""").Take().Single(), Does.Contain("'wamp.mine' is the router's"));

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
