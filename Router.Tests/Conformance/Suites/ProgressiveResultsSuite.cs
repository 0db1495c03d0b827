using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_progressive_call_results.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ProgressiveResultsSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Wanted = "\"receive_progress\":true";

    [Test]
    [Shows("progressive-results.feature", "progressive-results.hint-forwarded", "progressive-results.progress-forwarded")]
    public async Task Yield_WithProgress_IsAResultWithProgressAtOnce()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted, "[2010]");
        await ExpectInvocationAsync(Callee, 1, Wanted, "[2010]");

        foreach (var payload in new[] { """,["Y2010",120]""", "", """,[],{"foo":10}""" })
        {
            await Callee.SendAsync($$"""[70,1,{"progress":true}{{payload}}]""");
            await Caller.ExpectAsync($$"""[50,7,{"progress":true}{{payload}}]""");
        }

        await Callee.SendAsync("""[70,1,{},["Total",490]]""");
        await Caller.ExpectAsync("""[50,7,{},["Total",490]]""");
    }

    [TestCase("[70,1,{}]", "[50,7,{}]")]
    [TestCase("""[70,1,{"progress":false},[1]]""", "[50,7,{},[1]]")]
    [TestCase("""[8,68,1,{},"com.error",[1830]]""", """[8,48,7,{},"com.error",[1830]]""")]
    [Shows("progressive-results.invocation-ends", "progressive-results.call-ends")]
    public async Task Invocation_AfterItsLastAnswer_HasEndedOnBothSides(string answer, string received)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await Callee.SendAsync("""[70,1,{"progress":true}]""");
        await Caller.ExpectAsync("""[50,7,{"progress":true}]""");

        await Callee.SendAsync(answer);
        await Caller.ExpectAsync(received);
        await Callee.SendAsync("""[70,1,{"progress":true}]""");

        await Callee.ExpectViolationAsync();
        await Caller.ExpectNothingAsync();
    }

    [Test]
    [Shows("progressive-results.order")]
    public async Task Results_OfCallsThatInterleave_ComeInTheOrderOfTheYields()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1, Wanted);
        await CallAsync(Caller, 2, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await ExpectInvocationAsync(Callee, 2, Wanted);

        for (var piece = 0; piece < 5; piece++)
        {
            await Callee.SendAsync($$"""[70,2,{"progress":true},[{{piece}}]]""");
            await Callee.SendAsync($$"""[70,1,{"progress":true},[{{piece}}]]""");
        }

        for (var piece = 0; piece < 5; piece++)
        {
            await Caller.ExpectAsync($$"""[50,2,{"progress":true},[{{piece}}]]""");
            await Caller.ExpectAsync($$"""[50,1,{"progress":true},[{{piece}}]]""");
        }
    }

    [TestCase("")]
    [TestCase("call_canceling")]
    [Shows("progressive-results.hint-forwarded")]
    public async Task Call_WantsProgressOfACalleeWithoutTheFeature_IsAnOrdinaryCall(string features)
    {
        var callee = await JoinCalleeAsync("plain", features);
        await RegisterAsync(callee);

        await CallAsync(Caller, 7, Wanted);

        await ExpectInvocationAsync(callee);
        await AnswerAsync(callee, 1, Caller, 7);
    }

    [Test]
    [Shows("progressive-results.hint-may-be-ignored")]
    public async Task Callee_AnswersOnceThoughAskedForProgress_IsFine()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);

        await AnswerAsync(Callee, 1, Caller, 7);
    }

    [TestCase("")]
    [TestCase("\"receive_progress\":false")]
    [Shows("progressive-results.unasked")]
    public async Task Yield_ProgressNobodyAskedFor_IsDroppedAndTheCalleeStays(string options)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, options);
        await ExpectInvocationAsync(Callee);

        await Callee.SendAsync("""[70,1,{"progress":true},[1]]""");

        await Callee.ExpectNothingAsync();
        await Caller.ExpectNothingAsync();
        await AnswerAsync(Callee, 1, Caller, 7);
    }

    [Test]
    [Shows("progressive-results.caller-leaves")]
    public async Task Caller_LeavesBetweenResults_InterruptsTheCallee()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await Callee.SendAsync("""[70,1,{"progress":true}]""");
        await Caller.ExpectAsync("""[50,7,{"progress":true}]""");

        await Caller.DisposeAsync();

        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await Callee.SendAsync("""[70,1,{"progress":true}]""");
        await Callee.SendAsync("[70,1,{}]");
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("progressive-results.callee-leaves")]
    public async Task Callee_LeavesBetweenResults_EndsTheCallWithCanceled()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await Callee.SendAsync("""[70,1,{"progress":true}]""");
        await Caller.ExpectAsync("""[50,7,{"progress":true}]""");

        await Callee.DisposeAsync();

        await ExpectRefusalAsync(Caller, 7, "canceled");
    }

    [TestCase("skip")]
    [TestCase("killnowait")]
    [Shows("progressive-results.after-cancel")]
    public async Task Cancel_BetweenResults_NoResultFollowsTheError(string mode)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await Caller.SendAsync($$"""[49,7,{"mode":"{{mode}}"}]""");
        await ExpectRefusalAsync(Caller, 7, "canceled");
        if (mode != "skip")
        {
            await Callee.ExpectAsync($$"""[69,1,{"mode":"{{mode}}"}]""");
        }

        await Callee.SendAsync("""[70,1,{"progress":true},[1]]""");
        await Callee.SendAsync("[70,1,{}]");

        await ExpectNothingForAsync(Callee, Caller);
    }

    [Test]
    [Shows("progressive-results.after-cancel")]
    public async Task Cancel_ByKill_ResultsComeUntilTheCalleesLastWord()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted);
        await ExpectInvocationAsync(Callee, 1, Wanted);
        await Caller.SendAsync("""[49,7,{"mode":"kill"}]""");
        await Callee.ExpectAsync("""[69,1,{"mode":"kill"}]""");

        await Callee.SendAsync("""[70,1,{"progress":true},[1]]""");
        await Callee.SendAsync("""[8,68,1,{},"wamp.error.canceled"]""");

        await Caller.ExpectAsync("""[50,7,{"progress":true},[1]]""");
        await Caller.ExpectAsync("""[8,48,7,{},"wamp.error.canceled"]""");
    }

    [Test]
    [Shows("progressive-results.timeout-between")]
    public async Task Timeout_NoResultInTime_EndsTheCall()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 7, Wanted + ",\"timeout\":10");
        await ExpectInvocationAsync(Callee, 1, Wanted);

        await ExpectRefusalAsync(Caller, 7, "timeout");
        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
    }
}

/// <summary>The same text, in a realm that holds callees to its letter.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ProgressNeedsCancelingSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    protected override RealmSettings Realm => ConformanceRouter.Open with { ProgressNeedsCanceling = true };

    [TestCase("progressive_call_results", "")]
    [TestCase("progressive_call_results call_canceling", "\"receive_progress\":true")]
    [Shows("progressive-results.callee-without-canceling")]
    public async Task Call_WantsProgress_IsToldToACalleeOnlyIfItCanBeInterrupted(string features, string details)
    {
        var callee = await JoinCalleeAsync("other", features);
        await RegisterAsync(callee);

        await CallAsync(Caller, 7, "\"receive_progress\":true");

        await ExpectInvocationAsync(callee, 1, details);
    }
}
