using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_call_rerouting.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallReroutingSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Unavailable = """[8,68,1,{},"wamp.error.unavailable"]""";

    [TestCase("roundrobin", new[] { 0 }, new[] { 1, 2, 0 })]
    [TestCase("roundrobin", new[] { 0, 1 }, new[] { 2, 0, 1 })]
    [TestCase("first", new[] { 0 }, new[] { 0, 1, 2 })]
    [TestCase("last", new[] { 2 }, new[] { 2, 1, 0 })]
    [Shows("reroute.feature", "reroute.policy", "reroute.roundrobin", "reroute.first", "reroute.last", "reroute.all-refused", "reroute.unseen")]
    public async Task Unavailable_FromOneAfterTheOther_GoesOnByThePolicyUntilNobodyIsLeft(string policy, int[] servedBefore, int[] order)
    {
        var callees = await RegisterThreeAsync(policy);
        foreach (var callee in servedBefore)
        {
            await CallAsync(Caller, 6);
            await ExpectInvocationAsync(callees[callee]);
            await AnswerAsync(callees[callee], 1, Caller, 6);
        }

        await CallAsync(Caller, 7, "\"disclose_me\":true", """["a"],{"k":1}""");

        foreach (var callee in order)
        {
            await Caller.ExpectNothingAsync();
            var invocation = servedBefore.Contains(callee) ? 2 : 1;
            await callees[callee].ExpectAsync($$"""[68,{{invocation}},"$registration",{"caller":"$caller","...":"*"},["a"],{"k":1}]""");
            await callees[callee].SendAsync($$"""[8,68,{{invocation}},{},"wamp.error.unavailable"]""");
        }

        await ExpectRefusalAsync(Caller, 7, "no_available_callee");
        await ExpectNothingForAsync(Caller, callees);
    }

    [Test]
    [Shows("reroute.feature", "reroute.unseen")]
    public async Task Unavailable_AnotherServes_TheCallerGetsItsAnswer()
    {
        var callees = await RegisterThreeAsync("first");
        await CallAsync(Caller, 7);
        await ExpectInvocationAsync(callees[0]);
        await callees[0].SendAsync(Unavailable);

        await ExpectInvocationAsync(callees[1]);
        await AnswerAsync(callees[1], 1, Caller, 7);
        await callees[0].ExpectNothingAsync();
    }

    [Test]
    [Shows("reroute.random")]
    public async Task Unavailable_OneOfTwoWithRandomPolicy_TheOtherServes()
    {
        var second = await JoinAsync("second");
        foreach (var callee in new[] { Callee, second })
        {
            await RegisterAsync(callee, "\"invoke\":\"random\"");
        }

        // Whoever is picked first, the other one is asked, and nobody twice.
        await CallAsync(Caller, 7);
        await Task.WhenAll(RefuseAsync(Callee), RefuseAsync(second));

        await ExpectRefusalAsync(Caller, 7, "no_available_callee");
        await ExpectNothingForAsync(Callee, second);
    }

    [Test]
    [Shows("reroute.single")]
    public async Task Unavailable_FromTheOnlyCallee_IsNoAvailableCallee()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7);

        await RefuseAsync(Callee);

        await ExpectRefusalAsync(Caller, 7, "no_available_callee");
    }

    [Test]
    [Shows("reroute.unannounced")]
    public async Task Unavailable_FromACalleeWithoutTheFeature_IsItsOwnError()
    {
        var plain = await JoinCalleeAsync("plain", "call_canceling");
        await RegisterAsync(plain, "\"invoke\":\"first\"");
        await RegisterAsync(Callee, "\"invoke\":\"first\"");
        await CallAsync(Caller, 7);

        await RefuseAsync(plain);

        await Caller.ExpectAsync("""[8,48,7,{},"wamp.error.unavailable"]""");
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("reroute.begun")]
    public async Task Unavailable_AfterTheFirstResult_IsTheEndOfTheCall()
    {
        var callees = await RegisterThreeAsync("first");
        await CallAsync(Caller, 7, "\"receive_progress\":true");
        await callees[0].ExpectAsync("""[68,1,"*",{"receive_progress":true}]""");
        await callees[0].SendAsync("""[70,1,{"progress":true}]""");
        await callees[0].SendAsync(Unavailable);

        await Caller.ExpectAsync("""[50,7,{"progress":true}]""");
        await Caller.ExpectAsync("""[8,48,7,{},"wamp.error.unavailable"]""");
        await callees[1].ExpectNothingAsync();
    }

    [Test]
    [Shows("reroute.begun")]
    public async Task Unavailable_ForACallInPieces_IsTheEndOfTheCall()
    {
        var callees = await RegisterThreeAsync("first");
        await CallAsync(Caller, 7, "\"progress\":true");
        await callees[0].ExpectAsync("""[68,1,"*",{"progress":true}]""");

        await callees[0].SendAsync(Unavailable);

        await Caller.ExpectAsync("""[8,48,7,{},"wamp.error.unavailable"]""");
        await callees[1].ExpectNothingAsync();
    }

    [Test]
    [Shows("reroute.canceled")]
    public async Task Unavailable_AfterCancelByKill_EndsTheCallInsteadOfGoingOn()
    {
        var callees = await RegisterThreeAsync("first");
        await CallAsync(Caller, 7);
        await ExpectInvocationAsync(callees[0]);
        await Caller.SendAsync("""[49,7,{"mode":"kill"}]""");
        await callees[0].ExpectAsync("""[69,1,{"mode":"kill"}]""");

        await callees[0].SendAsync(Unavailable);

        await ExpectRefusalAsync(Caller, 7, "canceled");
        await callees[1].ExpectNothingAsync();
    }

    private static async Task RefuseAsync(Peer callee)
    {
        await ExpectInvocationAsync(callee);
        await callee.SendAsync(Unavailable);
    }

    private async Task<Peer[]> RegisterThreeAsync(string policy)
    {
        Peer[] callees = [Callee, await JoinAsync("second"), await JoinAsync("third")];
        foreach (var callee in callees)
        {
            await RegisterAsync(callee, $"\"invoke\":\"{policy}\"");
        }

        return callees;
    }
}
