using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_call_timeout.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallTimeoutSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Soon = "\"timeout\":10";

    [Test]
    [Shows("timeout.feature", "timeout.dealer-keeps-time", "timeout.error", "timeout.mode", "timeout.late-answer")]
    public async Task Call_NotAnsweredInTime_EndsWithTimeoutAndInterruptsTheCallee()
    {
        var callee = await JoinCalleeAsync("other", "call_canceling");
        await RegisterAsync(callee);

        await CallAsync(Caller, 1, Soon);
        await ExpectInvocationAsync(callee);

        await ExpectRefusalAsync(Caller, 1, "timeout");
        await callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await callee.SendAsync("[70,1,{}]");
        await ExpectNothingForAsync(callee, Caller);
    }

    [Test]
    [Shows("timeout.error", "timeout.mode")]
    public async Task Call_NotAnsweredInTimeByACalleeThatCannotBeInterrupted_EndsAsSkippedWould()
    {
        var callee = await JoinCalleeAsync("plain", "");
        await RegisterAsync(callee);

        await CallAsync(Caller, 1, Soon);
        await ExpectInvocationAsync(callee);

        await ExpectRefusalAsync(Caller, 1, "timeout");
        await callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("timeout.error")]
    public async Task Call_OfACallerWithoutFeatures_EndsWithTimeoutAllTheSame()
    {
        var caller = await JoinAsync("plain", Peer.NoFeature);
        await RegisterAsync(Callee);

        await CallAsync(caller, 1, Soon);

        await ExpectRefusalAsync(caller, 1, "timeout");
    }

    [TestCase("")]
    [TestCase("\"timeout\":0")]
    [Shows("timeout.off")]
    public async Task Call_WithoutTimeout_OutlivesOneWithIt(string options)
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1, options);
        await CallAsync(Caller, 2, Soon);
        await ExpectInvocationAsync(Callee);
        await ExpectInvocationAsync(Callee, 2);

        await ExpectRefusalAsync(Caller, 2, "timeout");
        await Callee.ExpectAsync("""[69,2,{"mode":"killnowait"}]""");

        await AnswerAsync(Callee, 1, Caller, 1);
    }

    [Test]
    [Shows("timeout.forwarded", "timeout.callees-error")]
    public async Task Call_CalleeWantsToKeepTheTime_IsToldItAndItsErrorReachesTheCaller()
    {
        var callee = await JoinCalleeAsync("other", "call_timeout call_canceling");
        await RegisterAsync(callee, "\"forward_timeout\":true");
        await RegisterAsync(Callee, "", "com.other", "theirs");

        await CallAsync(Caller, 1, Soon);
        await CallAsync(Caller, 2, "\"timeout\":30", procedure: "com.other");

        // Were the dealer to keep the time of the first call too, that one would be over before the second.
        await ExpectInvocationAsync(callee, 1, Soon);
        await ExpectRefusalAsync(Caller, 2, "timeout");
        await ExpectNothingForAsync(Caller, callee);
        await callee.SendAsync("""[8,68,1,{},"wamp.error.timeout"]""");
        await Caller.ExpectAsync("""[8,48,1,{},"wamp.error.timeout"]""");
    }

    [TestCase("call_timeout call_canceling", "")]
    [TestCase("call_timeout call_canceling", "\"forward_timeout\":false")]
    [TestCase("call_canceling", "\"forward_timeout\":true")]
    [Shows("timeout.forwarded", "timeout.dealer-keeps-time")]
    public async Task Call_CalleeDoesNotKeepTheTime_TheDealerDoes(string features, string options)
    {
        var callee = await JoinCalleeAsync("other", features);
        await RegisterAsync(callee, options);

        await CallAsync(Caller, 1, Soon);

        await ExpectInvocationAsync(callee);
        await ExpectRefusalAsync(Caller, 1, "timeout");
    }

    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("\"10\"")]
    [TestCase("true")]
    [Shows("timeout.invalid")]
    public async Task Call_TimeoutIsNoNumberOfMilliseconds_IsAnInvalidArgument(string timeout)
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 1, $"\"timeout\":{timeout}");

        await ExpectRefusalAsync(Caller, 1, "invalid_argument");
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("timeout.kill-is-bounded")]
    public async Task Cancel_ByKillOfACallWithTimeout_EndsAtTheTimeIfTheCalleeDoesNot()
    {
        await RegisterAsync(Callee);
        await CallAsync(Caller, 1, "\"timeout\":30");
        await ExpectInvocationAsync(Callee);
        await Caller.SendAsync("""[49,1,{"mode":"kill"}]""");

        await Callee.ExpectAsync("""[69,1,{"mode":"*"}]""");
        await ExpectRefusalAsync(Caller, 1, "timeout");
        await Callee.ExpectNothingAsync();
    }
}
