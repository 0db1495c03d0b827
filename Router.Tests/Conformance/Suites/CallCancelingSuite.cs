using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_call_canceling.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallCancelingSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    [Test]
    [Shows("cancel.feature", "cancel.skip", "cancel.error-of-the-call", "cancel.late-answer")]
    public async Task Skip_AnswersAtOnce_TheCalleeIsNotInterruptedAndItsAnswerIsDiscarded()
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync("""[49,7,{"mode":"skip"}]""");

        await ExpectRefusalAsync(Caller, 7, "canceled");
        await Callee.SendAsync("[70,1,{},[1]]");
        await ExpectNothingForAsync(Callee, Caller);
    }

    [TestCase("""[8,68,1,{},"wamp.error.canceled",["stopped"]]""", """[8,48,7,{},"wamp.error.canceled",["stopped"]]""")]
    [TestCase("[70,1,{},[1]]", "[50,7,{},[1]]")]
    [Shows("cancel.feature", "cancel.kill", "cancel.interrupt")]
    public async Task Kill_InterruptsTheCallee_TheCallerGetsWhatItAnswers(string answer, string received)
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync("""[49,7,{"mode":"kill"}]""");
        await Callee.ExpectAsync("""[69,1,{"mode":"kill"}]""");
        await Caller.ExpectNothingAsync();
        await Callee.SendAsync(answer);

        await Caller.ExpectAsync(received);
        await ExpectNothingForAsync(Caller, Callee);
    }

    [TestCase("skip", false)]
    [TestCase("kill", true)]
    [TestCase("killnowait", true)]
    [Shows("cancel.caller-unannounced", "feature.unannounced-use")]
    public async Task Cancel_CallerDidNotAnnounceTheFeature_IsServedAllTheSame(string mode, bool isInterrupted)
    {
        var caller = await JoinAsync("plain", Peer.NoFeature);
        await RegisterAsync(Callee);
        await CallAsync(caller, 7);
        await ExpectInvocationAsync(Callee);

        await caller.SendAsync($$"""[49,7,{"mode":"{{mode}}"}]""");

        if (isInterrupted)
        {
            await Callee.ExpectAsync($$"""[69,1,{"mode":"{{mode}}"}]""");
        }

        await Callee.SendAsync("""[8,68,1,{},"wamp.error.canceled",["stopped"]]""");
        await caller.ExpectAsync(mode == "kill" ? """[8,48,7,{},"wamp.error.canceled",["stopped"]]""" : """[8,48,7,{},"wamp.error.canceled",["*text"]]""");
        await ExpectNothingForAsync(Callee, caller);
    }

    [TestCase("""{"mode":"killnowait"}""")]
    [TestCase("{}")]
    [Shows("cancel.feature", "cancel.killnowait", "cancel.interrupt", "cancel.error-of-the-call", "cancel.late-answer", "cancel.default")]
    public async Task KillNoWait_AnswersAtOnce_AndInterruptsTheCalleeWhoseAnswerIsDiscarded(string options)
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync($"[49,7,{options}]");

        await ExpectRefusalAsync(Caller, 7, "canceled");
        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await Callee.SendAsync("""[8,68,1,{},"wamp.error.canceled"]""");
        await ExpectNothingForAsync(Callee, Caller);
    }

    [Test]
    [Shows("cancel.answer-not-needed")]
    public async Task KillNoWait_CalleeNeverAnswers_NobodyMissesIt()
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync("[49,7,{}]");
        await ExpectRefusalAsync(Caller, 7, "canceled");
        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await CallAsync(Caller, 8);

        await ExpectInvocationAsync(Callee, 2);
        await AnswerAsync(Callee, 2, Caller, 8);
    }

    [TestCase("skip")]
    [TestCase("kill")]
    [TestCase("killnowait")]
    [Shows("cancel.callee-without", "cancel.never-interrupted")]
    public async Task AnyMode_CalleeDidNotAnnounceTheFeature_ActsAsSkip(string mode)
    {
        var callee = await JoinCalleeAsync("plain", "");
        await MakeCallAsync(callee);

        await Caller.SendAsync($$"""[49,7,{"mode":"{{mode}}"}]""");

        await ExpectRefusalAsync(Caller, 7, "canceled");
        await callee.SendAsync("[70,1,{}]");
        await ExpectNothingForAsync(callee, Caller);
    }

    [Test]
    [Shows("cancel.never-interrupted")]
    public async Task Caller_Leaves_ACalleeWithoutTheFeatureIsNotInterrupted()
    {
        var callee = await JoinCalleeAsync("plain", "");
        await MakeCallAsync(callee);
        await Callee.ExchangeAsync("""[32,2,{},"wamp.session.on_leave"]""", """[33,2,"*"]""");

        await Caller.DisposeAsync();
        await Callee.ExpectAsync("""[36,"*","*",{"...":"*"},["$caller","..."]]""");

        await callee.ExpectNothingAsync();
    }

    [TestCase("\"stop\"")]
    [TestCase("7")]
    [Shows("cancel.unknown-mode")]
    public async Task Cancel_UnknownMode_IsAnInvalidArgumentAndTheCallGoesOn(string mode)
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync($$"""[49,7,{"mode":{{mode}}}]""");

        await ExpectRefusalAsync(Caller, 7, "invalid_argument", MessageCode.Cancel);
        await AnswerAsync(Callee, 1, Caller, 7);
    }

    [Test]
    [Shows("cancel.finished")]
    public async Task Cancel_CallThatHasEndedOrNeverWas_IsIgnored()
    {
        await MakeCallAsync(Callee);
        await AnswerAsync(Callee, 1, Caller, 7);

        await Caller.SendAsync("[49,7,{}]");
        await Caller.SendAsync("[49,4711,{}]");

        await ExpectNothingForAsync(Caller, Callee);
    }

    [Test]
    [Shows("cancel.foreign")]
    public async Task Cancel_CallOfAnotherSession_IsIgnored()
    {
        var stranger = await JoinAsync("stranger");
        await MakeCallAsync(Callee);

        await stranger.SendAsync("""[49,7,{"mode":"kill"}]""");

        await ExpectNothingForAsync(stranger, Callee);
        await AnswerAsync(Callee, 1, Caller, 7);
    }

    [Test]
    [Shows("cancel.once")]
    public async Task Kill_Twice_InterruptsOnce()
    {
        await MakeCallAsync(Callee);

        await Caller.SendAsync("""[49,7,{"mode":"kill"}]""");
        await Caller.SendAsync("""[49,7,{"mode":"kill"}]""");

        await Callee.ExpectAsync("""[69,1,{"mode":"kill"}]""");
        await ExpectNothingForAsync(Caller, Callee);
    }

    private async Task MakeCallAsync(Peer callee)
    {
        await RegisterAsync(callee);
        await CallAsync(Caller, 7);
        await ExpectInvocationAsync(callee);
    }
}
