using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/uri_reference.md and rfc/text/advanced/uris.md: those errors that no other suite meets.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ErrorUriSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RealmSettings Realm => base.Realm with { AllowDiscloseMe = false, Limits = new RealmLimits { MaxSubscriptionsPerSession = 1 } };

    [TestCase("""[48,1,{"timeout":-1},"com.procedure"]""")]
    [TestCase("""[48,1,{},"wamp.session.get",["no session id"]]""")]
    [Shows("error-uri.invalid-argument")]
    public async Task InvalidArgument_ValueThatMakesNoSense_IsTheAnswer(string call)
    {
        var caller = await JoinAsync("caller");

        await caller.ExchangeAsync(call, """[8,48,1,{},"wamp.error.invalid_argument",["*"]]""");
    }

    [Test]
    [Shows("error-uri.invalid-argument")]
    public async Task InvalidArgument_OfTheCallee_IsPassedOn()
    {
        var (callee, caller) = await CallAsync("{}");

        await callee.SendAsync("""[8,68,1,{},"wamp.error.invalid_argument",["a number, please"]]""");

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.invalid_argument",["a number, please"]]""");
    }

    [Test]
    [Shows("error-uri.canceled", "advanced-message.cancel", "advanced-message.interrupt")]
    public async Task Canceled_ByTheCaller_IsTheAnswerOfDealerAndCallee()
    {
        var (callee, caller) = await CallAsync("{}");

        await caller.SendAsync("""[49,1,{"mode":"kill"}]""");
        await callee.ExpectAsync("""[69,1,{"mode":"kill"}]""");
        await callee.SendAsync("""[8,68,1,{},"wamp.error.canceled"]""");

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.canceled"]""");
    }

    [Test]
    [Shows("field.cancel-finished")]
    public async Task Cancel_OfACallThatIsOverOrForeign_IsIgnored()
    {
        var (callee, caller) = await CallAsync("{}");
        var stranger = await JoinAsync("stranger");

        await stranger.SendAsync("""[49,1,{"mode":"kill"}]""");
        await stranger.ExpectNothingAsync();
        await callee.ExpectNothingAsync();
        await callee.SendAsync("[70,1,{}]");
        await caller.ExpectAsync("[50,1,{}]");
        await caller.SendAsync("""[49,1,{"mode":"kill"}]""");
        await caller.ExpectNothingAsync();
        await callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("advanced-uri.timeout")]
    public async Task Timeout_CalleeTakesLonger_IsTheAnswer()
    {
        var (_, caller) = await CallAsync("""{"timeout":10}""");

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.timeout",["*"]]""");
    }

    [Test]
    [Shows("advanced-uri.option-not-allowed", "advanced-uri.disclose-me")]
    public async Task Disclosure_WhereTheRealmForbidsIt_IsRefused()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[64,1,{"disclose_caller":true},"com.procedure"]""", """[8,64,1,{},"wamp.error.option_not_allowed",["*"]]""");
        await peer.ExchangeAsync("""[48,2,{"disclose_me":true},"com.procedure"]""", """[8,48,2,{},"wamp.error.option_disallowed.disclose_me",["*"]]""");
        await peer.ExchangeAsync("""[16,3,{"disclose_me":true,"acknowledge":true},"com.topic"]""", """[8,16,3,{},"wamp.error.option_disallowed.disclose_me",["*"]]""");
    }

    [Test]
    [Shows("advanced-uri.unavailable")]
    public async Task Unavailable_LimitOfTheSession_IsTheAnswer()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,1,{},"com.one"]""", """[33,1,"*"]""");
        await peer.ExchangeAsync("""[32,2,{},"com.two"]""", """[8,32,2,{},"wamp.error.unavailable",["*"]]""");
    }

    [Test]
    [Shows("advanced-uri.unavailable", "advanced-uri.no-available-callee")]
    public async Task Unavailable_EveryCallee_IsNoAvailableCallee()
    {
        var (callee, caller) = await CallAsync("{}");

        await callee.SendAsync("""[8,68,1,{},"wamp.error.unavailable"]""");

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.no_available_callee",["*"]]""");
    }

    [Test]
    [Shows("advanced-uri.feature-not-supported")]
    public async Task FeatureNotSupported_CalleeLacksWhatTheCallNeeds_IsTheAnswer()
    {
        var (callee, caller) = (await JoinAsync("callee", Peer.NoFeature), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"*"]""");

        await caller.ExchangeAsync("""[48,1,{"ppt_scheme":"x_own"},"com.procedure",["\u0000AQID"]]""", """[8,48,1,{},"wamp.error.feature_not_supported",["*"]]""");

        await callee.ExpectNothingAsync();
    }

    private async Task<(Peer Callee, Peer Caller)> CallAsync(string options)
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");
        await caller.SendAsync($$"""[48,1,{{options}},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");
        return (callee, caller);
    }
}
