using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/meta_api.md: the router as a callee.</summary>
public sealed class MetaApiTests
{
    [TestCase("wamp.no.such")]
    [TestCase("wamp")]
    [TestCase("wamp.session")]
    public void Call_UnknownProcedureOfTheRouter_IsNoSuchProcedure(string procedure)
    {
        using var router = new TestRouter();

        Assert.That(router.Join().Call(procedure), Does.StartWith("""[8,48,7,{},"wamp.error.no_such_procedure","""));
    }

    [Test]
    public void Call_MalformedUri_IsInvalidUri()
    {
        using var router = new TestRouter();

        Assert.That(router.Join().Call("wamp..session"), Does.StartWith("""[8,48,7,{},"wamp.error.invalid_uri","""));
    }

    [TestCase("wamp.session.count")]
    [TestCase("wamp.session.kill_all")]
    [TestCase("wamp.no.such")]
    [Shows("session-meta.permissions")]
    public void Call_WithoutPermission_IsNotAuthorized(string procedure)
    {
        using var router = new TestRouter(MetaRig.With(new PermissionRule { Uri = "wamp.", Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe }));
        var other = router.Join();

        Assert.That(router.Join().Call(procedure), Does.StartWith("""[8,48,7,{},"wamp.error.not_authorized","""));
        Assert.That(other.Take(), Is.Empty);
    }

    [Test]
    public void Call_IdOfACallUnderWay_IsAViolation()
    {
        using var router = new TestRouter();
        var (callee, caller) = (router.Join(), router.Join());
        callee.Send("""[64,1,{},"com.slow"]""");
        caller.Send("""[48,7,{},"com.slow"]""");

        caller.Send("""[48,7,{},"wamp.session.count"]""");

        Assert.That(caller.Status, Is.EqualTo(ReceiveStatus.Close));
        Assert.That(caller.Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    public void Call_InPieces_IsAnsweredOnceAndTheRestIsPassedOver()
    {
        using var router = new TestRouter();
        var caller = router.Join("""{"roles":{"caller":{"features":{"progressive_call_invocations":true}}}}""");

        caller.Send("""[48,1,{"progress":true},"wamp.session.count"]""").Send("""[48,1,{},"wamp.session.count"]""").Send("""[48,2,{},"wamp.session.count"]""");

        Assert.That(caller.Take(), Is.EqualTo(new[] { "[50,1,{},[1]]", "[50,2,{},[1]]" }));
    }

    [TestCase("\"timeout\":-1")]
    [TestCase("\"timeout\":\"1\"")]
    [TestCase("\"timeout\":1e300")]
    [TestCase("\"runmode\":\"all\"")]
    [TestCase("\"rkey\":[]")]
    public void Call_OptionsThatAreWrongInAnyCall_AreAnInvalidArgumentHereToo(string option)
    {
        using var router = new TestRouter();

        Assert.That(router.Join().Send($$"""[48,7,{{{option}}},"wamp.session.count"]""").Take().Single(), Does.StartWith("""[8,48,7,{},"wamp.error.invalid_argument","""));
    }

    [TestCase("\"progress\":true")]
    [TestCase("\"ppt_scheme\":\"x_own\"")]
    [Shows("progressive-invocations.caller-unannounced", "passthru.call-unannounced")]
    public void Call_NeedsAFeatureTheCallerDidNotAnnounce_IsAViolation(string option)
    {
        using var router = new TestRouter();
        var caller = router.Join();

        caller.Send($$"""[48,1,{{{option}}},"wamp.session.count"]""");

        Assert.That(caller.Take().Single(), Does.StartWith("[3,").And.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    [Shows("session-meta.announced", "registration-meta.announced", "testament.announced")]
    public void Welcome_AnnouncesWhatTheRouterAnswers()
    {
        using var router = new TestRouter();
        var peer = router.Connect();

        var welcome = peer.Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single();

        Assert.That(welcome.Split("session_meta_api"), Has.Length.EqualTo(3), "once for each role");
        var roles = Newtonsoft.Json.Linq.JArray.Parse(welcome)[2]["roles"]!;
        Assert.Multiple(() =>
        {
            Assert.That((bool?)roles["broker"]!["features"]!["session_meta_api"], Is.True);
            Assert.That((bool?)roles["dealer"]!["features"]!["session_meta_api"], Is.True);
            Assert.That((bool?)roles["broker"]!["features"]!["subscription_meta_api"], Is.True);
            Assert.That((bool?)roles["dealer"]!["features"]!["registration_meta_api"], Is.True);
            Assert.That((bool?)roles["dealer"]!["features"]!["testament_meta_api"], Is.True);
        });
    }
}
