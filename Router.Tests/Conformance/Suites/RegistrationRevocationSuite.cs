using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_registration_revocation.md; it is the meta API that revokes.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class RegistrationRevocationSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    [Test]
    [Shows("revoke-registration.feature", "revoke-registration.registration", "revoke-registration.reason", "revoke-registration.gone")]
    public async Task Revoked_CalleeUnderstandsIt_IsToldWhichAndWhyAndServesItNoMore()
    {
        await RegisterAsync(Callee);

        await RevokeAsync("$callee", ",\"moving endpoint to other callee\"");

        await Callee.ExpectAsync("""[67,0,{"registration":"$registration","reason":"moving endpoint to other callee"}]""");
        await CallAsync(Caller, 2);
        await ExpectRefusalAsync(Caller, 2, "no_such_procedure");
        await Callee.SendAsync("""[66,2,"$registration"]""");
        await ExpectRefusalAsync(Callee, 2, "no_such_registration", MessageCode.Unregister);
    }

    [Test]
    [Shows("revoke-registration.not-told", "revoke-registration.gone")]
    public async Task Revoked_CalleeDoesNotUnderstandIt_IsNotTold()
    {
        var plain = await JoinCalleeAsync("plain", "call_canceling");
        await RegisterAsync(plain);

        await RevokeAsync("$plain");

        await plain.ExpectNothingAsync();
        await CallAsync(Caller, 2);
        await ExpectRefusalAsync(Caller, 2, "no_such_procedure");
    }

    [Test]
    [Shows("revoke-registration.meta-event")]
    public async Task Revoked_ThoseWhoWatch_AreTold()
    {
        await Caller.ExchangeAsync("""[32,1,{"match":"prefix"},"wamp.registration.on_"]""", """[33,1,"*"]""");
        await RegisterAsync(Callee);
        await Caller.ExpectAsync("""[36,"*","*",{"topic":"wamp.registration.on_create","...":"*"},["$callee",{"...":"*"}]]""");
        await Caller.ExpectAsync("""[36,"*","*",{"topic":"wamp.registration.on_register","...":"*"},["$callee","$registration"]]""");

        await Caller.SendAsync("""[48,1,{},"wamp.registration.remove_callee",["$registration","$callee"]]""");

        await Caller.ExpectAsync("""[36,"*","*",{"topic":"wamp.registration.on_unregister","...":"*"},["$callee","$registration"]]""");
        await Caller.ExpectAsync("""[36,"*","*",{"topic":"wamp.registration.on_delete","...":"*"},["$callee","$registration"]]""");
        await Caller.ExpectAsync("[50,1,{}]");
    }

    [Test]
    [Shows("revoke-registration.running-calls")]
    public async Task Revoked_WhileACallRuns_MayStillBeAnswered()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7);
        await ExpectInvocationAsync(Callee);

        await RevokeAsync("$callee");
        await Callee.ExpectAsync("""[67,0,{"registration":"$registration","reason":"*"}]""");

        await AnswerAsync(Callee, 1, Caller, 7);
    }

    private async Task RevokeAsync(string session, string reason = "") =>
        await Caller.ExchangeAsync($$"""[48,1,{},"wamp.registration.remove_callee",["$registration","{{session}}"{{reason}}]]""", "[50,1,{}]");
}
