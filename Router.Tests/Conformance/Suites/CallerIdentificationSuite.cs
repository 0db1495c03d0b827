using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_caller_identification.md and rpc_call_trustlevels.md, among users of different roles.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallerIdentificationSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Ann = "\"caller\":\"$ann\",\"caller_authid\":\"ann\",\"caller_authrole\":\"manager\"";

    [Test]
    [Shows("disclose-caller.feature", "disclose-caller.session", "disclose-caller.authid-authrole")]
    public async Task Call_DiscloseMe_NamesTheCallerToTheCallee()
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await ann.SendAsync("""[48,1,{"disclose_me":true},"com.procedure",[1]]""");

        await sue.ExpectAsync($$"""[68,1,"$registration",{{{Ann}},"trustlevel":7},[1]]""");
    }

    [TestCase("")]
    [TestCase("\"disclose_me\":false")]
    [Shows("disclose-caller.not-asked")]
    public async Task Call_NobodyWantsIt_TheCallerIsNotNamed(string options)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await ann.SendAsync($$"""[48,1,{{{options}}},"com.procedure"]""");

        await sue.ExpectAsync("""[68,1,"$registration",{"trustlevel":7}]""");
    }

    [Test]
    [Shows("disclose-caller.configured", "disclose-caller.session")]
    public async Task Call_TheRealmDisclosesCallersOfTheProcedure_TheCallerIsNamedUnasked()
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[64,1,{},"com.disclosed.procedure"]""", """[65,1,"$registration"]""");

        await ann.SendAsync("""[48,1,{},"com.disclosed.procedure"]""");

        await sue.ExpectAsync($$"""[68,1,"$registration",{{{Ann}},"trustlevel":7}]""");
    }

    [Test]
    [Shows("disclose-caller.callee-asks", "disclose-caller.session", "disclose-caller.each-callee")]
    public async Task Register_DiscloseCallerByOneOfTwoCallees_NamesTheCallerToThatOneOnly()
    {
        var (ann, sue, sam) = (await LogInAsync("ann"), await LogInAsync("sue"), await LogInAsync("sam"));
        await sue.ExchangeAsync("""[64,1,{"invoke":"roundrobin","disclose_caller":true},"com.procedure"]""", """[65,1,"$registration"]""");
        await sam.ExchangeAsync("""[64,1,{"invoke":"roundrobin"},"com.procedure"]""", """[65,1,"$registration"]""");

        await ann.SendAsync("""[48,1,{},"com.procedure"]""");
        await ann.SendAsync("""[48,2,{},"com.procedure"]""");

        await sue.ExpectAsync($$"""[68,1,"$registration",{{{Ann}},"trustlevel":7}]""");
        await sam.ExpectAsync("""[68,1,"$registration",{"trustlevel":7}]""");
    }

    [TestCase("ann", 7)]
    [TestCase("sue", 0)]
    [Shows("call-trust.feature", "call-trust.level")]
    public async Task Call_RoleHasATrustLevel_TheCalleeIsToldIt(string caller, int level)
    {
        var (sam, peer) = (await LogInAsync("sam"), await LogInAsync(caller));
        await sam.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await peer.SendAsync("""[48,1,{},"com.procedure"]""");

        await sam.ExpectAsync($$"""[68,1,"$registration",{"trustlevel":{{level}}}]""");
    }

    [Test]
    [Shows("call-trust.not-configured")]
    public async Task Call_RoleHasNoTrustLevel_TheCalleeIsToldNone()
    {
        var (caller, callee) = (await JoinAsync("caller"), await JoinAsync("callee"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await caller.SendAsync("""[48,1,{},"com.procedure"]""");

        await callee.ExpectAsync("""[68,1,"$registration",{}]""");
    }
}

/// <summary>The same text, in a realm where clients may not ask for anybody to be disclosed.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallerDisclosureForbiddenSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    protected override RealmSettings Realm => ConformanceRouter.Open with { AllowDiscloseMe = false };

    [Test]
    [Shows("disclose-caller.denied")]
    public async Task Call_DiscloseMe_IsRefused()
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 1, "\"disclose_me\":true");

        await ExpectRefusalAsync(Caller, 1, "option_disallowed.disclose_me");
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("disclose-caller.callee-denied")]
    public async Task Register_DiscloseCaller_IsRefused()
    {
        await Callee.SendAsync("""[64,1,{"disclose_caller":true},"com.procedure"]""");

        await ExpectRefusalAsync(Callee, 1, "option_not_allowed", MessageCode.Register);
    }
}
