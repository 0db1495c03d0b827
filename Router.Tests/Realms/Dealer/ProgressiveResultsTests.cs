using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_progressive_call_results.md, through real sessions.</summary>
public sealed class ProgressiveResultsTests
{
    private const string Wanted = "\"receive_progress\":true";

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join();
        _callee = _router.Join(DealerRig.Announcing("progressive_call_results call_canceling"));
        _callee.Register("com.procedure");
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("progressive-results.feature", "progressive-results.progress-forwarded", "progressive-results.invocation-ends", "progressive-results.call-ends")]
    public void Yield_SeveralResults_ReachTheCallerInOrderAndTheLastWithoutProgress()
    {
        _caller.Call(7, options: Wanted);
        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[68,1,1,{"receive_progress":true}]""" }));

        _callee.Send("""[70,1,{"progress":true},[1]]""").Send("""[70,1,{"progress":true}]""").Send("""[70,1,{"progress":false},[3],{"a":1}]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,7,{"progress":true},[1]]""", """[50,7,{"progress":true}]""", """[50,7,{},[3],{"a":1}]""" }));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
        Assert.That(_callee.Send("""[70,1,{"progress":true}]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"), "it has ended");
    }

    [Test]
    public void Yield_ProgressThenError_EndsTheCall()
    {
        _caller.Call(7, options: Wanted);

        _callee.Send("""[70,1,{"progress":true},[1]]""").Send("""[8,68,1,{},"com.error"]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,7,{"progress":true},[1]]""", """[8,48,7,{},"com.error"]""" }));
    }

    [Test]
    [Shows("progressive-results.order")]
    public void Yield_ResultsOfSeveralCallsInterleaved_EachInOrder()
    {
        var other = _router.Join();
        _caller.Call(1, options: Wanted).Call(2, options: Wanted);
        other.Call(1, options: Wanted);
        for (var piece = 0; piece < 20; piece++)
        {
            foreach (var invocation in new[] { 3, 1, 2 })
            {
                _callee.Send($$"""[70,{{invocation}},{"progress":true},[{{invocation}},{{piece}}]]""");
            }
        }

        var expected = Enumerable.Range(0, 20).SelectMany(piece => new[] { $$"""[50,1,{"progress":true},[1,{{piece}}]]""", $$"""[50,2,{"progress":true},[2,{{piece}}]]""" });
        Assert.That(_caller.Take(), Is.EqualTo(expected));
        Assert.That(other.Take(), Has.Count.EqualTo(20));
    }

    [TestCase("progressive_call_results call_canceling", false, true)]
    [TestCase("progressive_call_results", false, true)]
    [TestCase("progressive_call_results", true, false)]
    [TestCase("call_canceling", false, false)]
    [Shows("progressive-results.hint-forwarded", "progressive-results.callee-without-canceling")]
    public void Call_WantsProgress_IsForwardedOnlyWhereTheCalleeCan(string features, bool strict, bool forwarded)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { ProgressNeedsCanceling = strict });
        var callee = router.Join(DealerRig.Announcing(features));
        callee.Register("com.procedure");

        router.Join().Call(1, options: Wanted);

        Assert.That(callee.Take().Single(), forwarded ? Does.Contain("receive_progress") : Does.Not.Contain("receive_progress"));
    }

    [TestCase("")]
    [TestCase("\"receive_progress\":false")]
    [Shows("progressive-results.unasked")]
    public void Yield_ProgressNobodyAskedFor_IsDroppedAndCountedAndTheEndIsDelivered(string options)
    {
        using var dropped = new Measured(_router.Meter, "wamp_router.call.unwanted_progress");
        _caller.Call(7, options: options);
        _callee.Take();

        _callee.Send("""[70,1,{"progress":true},[1]]""").Send("""[70,1,{"progress":true},[2]]""").Send("[70,1,{},[3]]");

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,7,{},[3]]" }));
        Assert.That(dropped.Sum, Is.EqualTo(2));
    }

    [Test]
    [Shows("progressive-results.unasked")]
    public void Yield_ProgressForACallThatWasCanceled_LeavesTheCalleeAlone()
    {
        _caller.Call(7).Send("""[49,7,{"mode":"skip"}]""");
        _callee.Take();

        _callee.Send("""[70,1,{"progress":true},[1]]""").Send("[70,1,{}]");

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_caller.Take(), Has.Count.EqualTo(1));
    }

    [TestCase("""[48,1,{"receive_progress":1},"com.procedure"]""")]
    [TestCase("""[48,1,{"progress":"yes"},"com.procedure"]""")]
    public void Call_ProgressIsNoBoolean_IsAViolation(string call) =>
        Assert.That(_caller.Send(call).Take().Single(), Does.Contain("wamp.error.protocol_violation"));

    [Test]
    public void Yield_ProgressIsNoBoolean_IsAViolation()
    {
        _caller.Call(7, options: Wanted);
        _callee.Take();

        Assert.That(_callee.Send("""[70,1,{"progress":1}]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [TestCase("killnowait")]
    [TestCase("skip")]
    [Shows("progressive-results.after-cancel")]
    public void Cancel_DuringProgress_EndsTheResultsAtOnce(string mode)
    {
        _caller.Call(7, options: Wanted);
        _callee.Send("""[70,1,{"progress":true},[1]]""");
        _caller.Take();

        _caller.Send($$"""[49,7,{"mode":"{{mode}}"}]""");
        _callee.Send("""[70,1,{"progress":true},[2]]""").Send("""[70,1,{},[3]]""");

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,7,{},\"wamp.error.canceled\""));
        Assert.That(_callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
    }

    [Test]
    [Shows("progressive-results.after-cancel")]
    public void Cancel_KillDuringProgress_WaitsForTheLastWord()
    {
        _caller.Call(7, options: Wanted).Send("""[49,7,{"mode":"kill"}]""");

        _callee.Send("""[70,1,{"progress":true},[2]]""").Send("""[8,68,1,{},"wamp.error.canceled"]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,7,{"progress":true},[2]]""", """[8,48,7,{},"wamp.error.canceled"]""" }));
    }

    [Test]
    [Shows("progressive-results.caller-leaves")]
    public void Disconnect_CallerDuringProgress_InterruptsTheCallee()
    {
        _caller.Call(7, options: Wanted);
        _callee.Send("""[70,1,{"progress":true},[1]]""").Take();

        _caller.Disconnect();

        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[69,1,{"mode":"killnowait"}]""" }));
        _callee.Send("""[70,1,{"progress":true},[2]]""").Send("""[70,1,{}]""");
        Assert.That(_callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
    }

    [Test]
    [Shows("progressive-results.callee-leaves")]
    public void Disconnect_CalleeDuringProgress_CancelsTheCall()
    {
        _caller.Call(7, options: Wanted);
        _callee.Send("""[70,1,{"progress":true},[1]]""");
        _caller.Take();

        _callee.Disconnect();

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,7,{},\"wamp.error.canceled\""));
    }
}
