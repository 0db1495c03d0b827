using WampRouter.Sessions;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_progressive_call_invocations.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ProgressiveInvocationsSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string More = "\"progress\":true";

    [TestCase("")]
    [TestCase("\"progress\":false")]
    [Shows("progressive-invocations.feature", "progressive-invocations.one-id", "progressive-invocations.progress-forwarded", "progressive-invocations.ends-normally")]
    public async Task Call_InPieces_ReachesTheCalleeUnderOneIdAndTheLastWithoutProgress(string last)
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 5, More, "[50.5]");
        await ExpectInvocationAsync(Callee, 1, More, "[50.5]");
        await CallAsync(Caller, 5, More, "[],{\"a\":1}");
        await ExpectInvocationAsync(Callee, 1, More, "[],{\"a\":1}");
        await CallAsync(Caller, 5, last, "[3]");
        await ExpectInvocationAsync(Callee, 1, "", "[3]");

        await AnswerAsync(Callee, 1, Caller, 5);
    }

    [Test]
    [Shows("progressive-invocations.both-ways")]
    public async Task Call_InPiecesWithProgressiveResults_StreamsBothWays()
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 5, More + ",\"receive_progress\":true");
        await ExpectInvocationAsync(Callee, 1, More + ",\"receive_progress\":true");
        await Callee.SendAsync("""[70,1,{"progress":true},["a"]]""");
        await Caller.ExpectAsync("""[50,5,{"progress":true},["a"]]""");
        await Callee.SendAsync("""[70,1,{"progress":true},["b"]]""");
        await Caller.ExpectAsync("""[50,5,{"progress":true},["b"]]""");
        await CallAsync(Caller, 5);
        await ExpectInvocationAsync(Callee, 1, "\"receive_progress\":true");

        await AnswerAsync(Callee, 1, Caller, 5);
    }

    [Test]
    [Shows("progressive-invocations.caller-unannounced")]
    public async Task Call_WithProgressOfACallerWithoutTheFeature_AbortsTheSession()
    {
        await RegisterAsync(Callee);
        var caller = await JoinCallerAsync("plain", "call_canceling");

        await CallAsync(caller, 5, More);

        await caller.ExpectViolationAsync();
        await Callee.ExpectNothingAsync();
    }

    [TestCase("wamp.session.count")]
    [TestCase("com.nobody")]
    [Shows("progressive-invocations.caller-unannounced")]
    public async Task Call_WithProgressOfACallerWithoutTheFeature_AbortsTheSessionWhateverIsCalled(string procedure)
    {
        var caller = await JoinCallerAsync("plain", "call_canceling");

        await CallAsync(caller, 5, More, procedure: procedure);

        await caller.ExpectViolationAsync();
    }

    [TestCase("")]
    [TestCase("call_canceling")]
    [Shows("progressive-invocations.callee-cannot")]
    public async Task Call_InPiecesToACalleeWithoutTheFeature_IsFeatureNotSupported(string features)
    {
        var callee = await JoinCalleeAsync("plain", features);
        await RegisterAsync(callee);

        await CallAsync(Caller, 5, More);
        await CallAsync(Caller, 5);

        await ExpectRefusalAsync(Caller, 5, "feature_not_supported");
        await ExpectNothingForAsync(Caller, callee);
    }

    [Test]
    [Shows("progressive-invocations.callee-needs-canceling")]
    public async Task Call_InPiecesToACalleeThatCannotBeInterrupted_IsFeatureNotSupported()
    {
        var callee = await JoinCalleeAsync("plain", "progressive_call_invocations");
        await RegisterAsync(callee);

        await CallAsync(Caller, 5, More);

        await ExpectRefusalAsync(Caller, 5, "feature_not_supported");
        await callee.ExpectNothingAsync();
    }

    [TestCase("call_canceling")]
    [TestCase("call_cancelling")]
    [Shows("progressive-invocations.canceling-spelling")]
    public async Task Callee_AnnouncesCancelingInEitherSpelling_IsCalledInPiecesAndInterrupted(string canceling)
    {
        var callee = await JoinCalleeAsync("other", $"progressive_call_invocations {canceling}");
        await RegisterAsync(callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(callee, 1, More);

        await Caller.SendAsync("[49,5,{}]");

        await callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
    }

    [Test]
    [Shows("progressive-invocations.same-callee")]
    public async Task Call_InPiecesOfASharedRegistration_AllReachTheFirstCallee()
    {
        var second = await JoinAsync("second");
        await RegisterAsync(Callee, "\"invoke\":\"roundrobin\"");
        await RegisterAsync(second, "\"invoke\":\"roundrobin\"");

        await CallAsync(Caller, 1, More);
        await CallAsync(Caller, 1, More);
        await CallAsync(Caller, 2, More);
        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);

        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee);
        await ExpectInvocationAsync(second, 1, More);
        await ExpectInvocationAsync(second);
    }

    [Test]
    [Shows("progressive-invocations.caller-leaves")]
    public async Task DisclosedLeavesBetweenPieces_InterruptsTheCallee()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);

        await Caller.DisposeAsync();

        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
    }

    [Test]
    [Shows("progressive-invocations.callee-leaves", "progressive-invocations.late-call")]
    public async Task Callee_LeavesBetweenPieces_EndsTheCallAndFurtherPiecesAreDiscarded()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);

        await Callee.DisposeAsync();
        await ExpectRefusalAsync(Caller, 5, "canceled");
        await CallAsync(Caller, 5, More);
        await CallAsync(Caller, 5);

        await Caller.ExpectNothingAsync();
    }

    [TestCase("[70,1,{}]", "[50,5,{}]")]
    [TestCase("""[8,68,1,{},"com.error"]""", """[8,48,5,{},"com.error"]""")]
    [Shows("progressive-invocations.late-call")]
    public async Task Call_PiecesAfterTheAnswer_AreDiscarded(string answer, string received)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);
        await Callee.SendAsync(answer);
        await Caller.ExpectAsync(received);

        await CallAsync(Caller, 5, More);
        await CallAsync(Caller, 5);

        await ExpectNothingForAsync(Caller, Callee);
    }

    [TestCase("kill")]
    [TestCase("killnowait")]
    [Shows("progressive-invocations.after-cancel")]
    public async Task Call_PiecesAfterCancel_AreDiscarded(string mode)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);
        await Caller.SendAsync($$"""[49,5,{"mode":"{{mode}}"}]""");
        await Callee.ExpectAsync($$"""[69,1,{"mode":"{{mode}}"}]""");

        await CallAsync(Caller, 5, More);
        await CallAsync(Caller, 5);
        await Callee.SendAsync("""[8,68,1,{},"com.stopped"]""");

        await Caller.ExpectAsync(mode == "kill" ? """[8,48,5,{},"com.stopped"]""" : """[8,48,5,{},"wamp.error.canceled",["*"]]""");
        await ExpectNothingForAsync(Caller, Callee);
    }

    [TestCase("\"disclose_me\":true", "\"caller\":\"$caller\",\"caller_authid\":\"*\",\"caller_authrole\":\"guest\"")]
    [TestCase("\"receive_progress\":true", "\"receive_progress\":true")]
    [TestCase("\"ppt_scheme\":\"x_one\",\"ppt_keyid\":\"k\"", "\"ppt_scheme\":\"x_one\",\"ppt_keyid\":\"k\"")]
    [TestCase("\"runmode\":\"partition\",\"rkey\":1", "")]
    [Shows("progressive-invocations.options-frozen")]
    public async Task Call_OptionsOfTheFirstPiece_HoldForAll(string options, string details)
    {
        await RegisterAsync(Callee);
        var inFirst = details.Length == 0 ? More : $"{More},{details}";

        await CallAsync(Caller, 5, $"{More},{options}");
        await CallAsync(Caller, 5, More);
        await CallAsync(Caller, 5);

        await ExpectInvocationAsync(Callee, 1, inFirst);
        await ExpectInvocationAsync(Callee, 1, inFirst);
        await ExpectInvocationAsync(Callee, 1, details);
    }

    [Test]
    [Shows("progressive-invocations.disclosure-frozen")]
    public async Task Call_DiscloseMeInTheFirstPiece_NamesTheCallerInEveryInvocation()
    {
        await RegisterAsync(Callee);
        const string Disclosed = "\"caller\":\"$caller\",\"caller_authid\":\"$authid\",\"caller_authrole\":\"guest\"";

        await CallAsync(Caller, 5, $"{More},\"disclose_me\":true");
        await CallAsync(Caller, 5, "\"disclose_me\":false");

        await ExpectInvocationAsync(Callee, 1, $"{More},{Disclosed}");
        await ExpectInvocationAsync(Callee, 1, Disclosed);
    }

    [TestCase("\"disclose_me\":true")]
    [TestCase("\"receive_progress\":true")]
    [TestCase("\"ppt_scheme\":\"x_two\"")]
    [TestCase("\"timeout\":1")]
    [TestCase("\"_my_own\":7")]
    [Shows("progressive-invocations.later-options-ignored", "progressive-invocations.later-options-not-propagated")]
    public async Task Call_OptionsOfALaterPiece_AreIgnoredAndNotPassedOn(string options)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);

        await CallAsync(Caller, 5, $"{More},{options}");
        await CallAsync(Caller, 5, options);

        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee);
        await AnswerAsync(Callee, 1, Caller, 5);
    }

    [Test]
    [Shows("progressive-invocations.same-procedure")]
    public async Task Call_PieceNamesAnotherProcedure_AbortsTheSession()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 5, More);
        await ExpectInvocationAsync(Callee, 1, More);

        await CallAsync(Caller, 5, procedure: "com.other");

        await Caller.ExpectViolationAsync();
        await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
    }
}

/// <summary>The same text, "Verification of CALL Request IDs", in a realm that takes ids to the letter.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ProgressiveInvocationIdsSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string More = "\"progress\":true";

    protected override RequestIdCheck RequestIds => RequestIdCheck.Strict;

    [Test]
    [Shows("progressive-invocations.new-call", "progressive-invocations.continuation")]
    public async Task Call_PiecesAmongOtherRequests_NeedNoIdOfTheirOwn()
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 1, More);
        await CallAsync(Caller, 2);
        await CallAsync(Caller, 1, More);
        await CallAsync(Caller, 3);
        await CallAsync(Caller, 1);

        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee, 2);
        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee, 3);
        await ExpectInvocationAsync(Callee, 1);
        await AnswerAsync(Callee, 2, Caller, 2);
    }

    [Test]
    [Shows("progressive-invocations.gap")]
    public async Task Call_IdBeyondTheNext_AbortsTheSession()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1, More);
        await CallAsync(Caller, 2);
        await ExpectInvocationAsync(Callee, 1, More);
        await ExpectInvocationAsync(Callee, 2);

        await CallAsync(Caller, 4);

        await Caller.ExpectViolationAsync();
    }

    [Test]
    [Shows("progressive-invocations.continuation")]
    public async Task Call_IdOfACallUnderWayThatIsComplete_AbortsTheSession()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1);
        await ExpectInvocationAsync(Callee);

        await CallAsync(Caller, 1);

        await Caller.ExpectViolationAsync();
    }

    [Test]
    [Shows("progressive-invocations.past-calls")]
    public async Task Call_PieceOfACallInPiecesThatHasEnded_IsDiscarded()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1, More);
        await ExpectInvocationAsync(Callee, 1, More);
        await AnswerAsync(Callee, 1, Caller, 1);

        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);

        await ExpectInvocationAsync(Callee, 2);
        await AnswerAsync(Callee, 2, Caller, 2);
    }

    [Test]
    [Shows("progressive-invocations.past-calls")]
    public async Task Call_IdOfAnOrdinaryCallThatHasEnded_AbortsTheSession()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1);
        await ExpectInvocationAsync(Callee);
        await AnswerAsync(Callee, 1, Caller, 1);

        await CallAsync(Caller, 1);

        await Caller.ExpectViolationAsync();
    }
}
