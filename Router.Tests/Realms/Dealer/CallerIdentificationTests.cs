using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_caller_identification.md and rpc_call_trustlevels.md, through real sessions.</summary>
public sealed class CallerIdentificationTests
{
    [TestCase(true, true)]
    [TestCase(false, false)]
    [Shows("disclose-caller.callee-asks")]
    public void Register_DiscloseCaller_TellsThatCalleeWhoCalls(bool asked, bool told)
    {
        using var router = new TestRouter();
        var callee = router.Join();
        callee.Register("com.procedure", $"\"disclose_caller\":{(asked ? "true" : "false")}");
        var caller = router.Connect();
        var session = caller.Join();

        caller.Call(1);

        var details = callee.TakeOne()[3];
        Assert.That((ulong?)details["caller"], Is.EqualTo(told ? session : null));
        Assert.That((string?)details["caller_authrole"], Is.EqualTo(told ? "anonymous" : null));
    }

    [Test]
    [Shows("disclose-caller.each-callee")]
    public void Register_DiscloseCallerOfOneOfSeveralCallees_TellsOnlyThatOne()
    {
        using var router = new TestRouter();
        var (curious, discreet, caller) = (router.Join(), router.Join(), router.Join());
        curious.Register("com.procedure", "\"invoke\":\"roundrobin\",\"disclose_caller\":true");
        discreet.Register("com.procedure", "\"invoke\":\"roundrobin\"");

        caller.Call(1).Call(2);

        Assert.That(curious.Take().Single(), Does.Contain("\"caller\":"));
        Assert.That(discreet.Take().Single(), Does.Not.Contain("\"caller\":"));
    }

    [Test]
    [Shows("disclose-caller.denied")]
    public void Call_DiscloseMeWhereTheRealmForbidsIt_IsRefused()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { AllowDiscloseMe = false });
        var (callee, caller) = (router.Join(), router.Join());
        callee.Register("com.procedure");

        Assert.That(caller.Call(1, options: "\"disclose_me\":true").Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.option_disallowed.disclose_me\""));
        Assert.That(callee.Take(), Is.Empty);
        Assert.That(caller.Call(2, options: "\"disclose_me\":false").Take(), Is.Empty);
        Assert.That(callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    [Shows("disclose-caller.callee-denied")]
    public void Register_DiscloseCallerWhereTheRealmForbidsIt_IsRefused()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { AllowDiscloseMe = false });

        Assert.That(router.Join().Send("""[64,1,{"disclose_caller":true},"com.procedure"]""").Take().Single(), Does.StartWith("[8,64,1,{},\"wamp.error.option_not_allowed\""));
    }

    [TestCase("disclose_caller")]
    [TestCase("forward_timeout")]
    public void Register_FlagIsNoBoolean_IsAViolation(string option)
    {
        using var router = new TestRouter();

        Assert.That(router.Join().Send($$"""[64,1,{"{{option}}":1},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [TestCase(null)]
    [TestCase(0)]
    [TestCase(3)]
    [Shows("call-trust.level", "call-trust.not-configured")]
    public void Call_TrustLevelConfigured_IsToldToTheCallee(int? level)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with
        {
            Roles = [new RoleSettings { Name = "anonymous", TrustLevel = level, Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }] }],
        });
        var callee = router.Join();
        callee.Register("com.procedure");

        router.Join().Call(1);

        Assert.That(callee.Take().Single(), Is.EqualTo(level is null ? "[68,1,1,{}]" : $$"""[68,1,1,{"trustlevel":{{level}}}]"""));
    }
}
