using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Realms.Metrics;

/// <summary>Each call is counted once, by how it ended, and its time is measured.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CallMetricsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly TestRouter _router;
    private readonly Measured _calls;
    private readonly Measured _durations;
    private readonly TestPeer _caller;
    private readonly TestPeer _callee;

    public CallMetricsTests()
    {
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxPendingCallsPerSession = 3 } }, time: _time);
        (_calls, _durations) = (new Measured(_router.Meter, "wamp_router.calls"), new Measured(_router.Meter, "wamp_router.call.duration"));
        (_caller, _callee) = (_router.Join(), _router.Join(DealerRig.Announcing("call_canceling")));
        _callee.Register("com.procedure");
    }

    public void Dispose()
    {
        _calls.Dispose();
        _durations.Dispose();
        _router.Dispose();
    }

    [TestCase("[70,1,{},[3]]", "result")]
    [TestCase("""[8,68,1,{},"com.error"]""", "error")]
    public void Call_Answered_IsCountedWithItsTime(string answer, string outcome)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _caller.Call(1);
        _time.Advance(TimeSpan.FromSeconds(2));

        _callee.Send(answer);

        AssertEnded(outcome);
        Assert.That(_durations.Values, Is.EqualTo(new[] { 2.0 }));
        Assert.That(_durations.Tags, Is.EqualTo(new[] { $"realm=realm1,outcome={outcome}" }));
    }

    [Test]
    public void Call_Canceled_IsCountedOnceThoughItsCalleeAnswersLater()
    {
        _caller.Call(1).Send("""[49,1,{"mode":"skip"}]""");
        _callee.Send("[70,1,{}]");

        AssertEnded("canceled");
    }

    [Test]
    public void Call_TimeIsOver_IsCounted()
    {
        _caller.Call(1, options: "\"timeout\":1000");
        _time.Advance(TimeSpan.FromSeconds(2));

        AssertEnded("timed_out");
    }

    [Test]
    public void Call_CalleeLeaves_IsCounted()
    {
        _caller.Call(1);
        _callee.Disconnect();

        AssertEnded("callee_left");
    }

    [Test]
    public void Call_CallerLeaves_IsCounted()
    {
        _caller.Call(1);
        _caller.Disconnect();

        AssertEnded("caller_left");
    }

    [TestCase("com.nobody")]
    [TestCase("wamp.nobody")]
    [TestCase("not a uri")]
    public void Call_OfNothing_IsCountedAsRefused(string procedure)
    {
        _caller.Call(1, procedure);

        AssertEnded("refused");
        Assert.That(_durations.Values, Is.Empty, "nothing was waited for");
    }

    [Test]
    public void Call_OfTheRoutersOwnProcedure_IsCounted()
    {
        _caller.Call(1, "wamp.session.count");

        AssertEnded("result");
    }

    [Test]
    public void Call_BeyondTheLimit_IsCountedAsRefusedAndTheOthersAreUnderWay()
    {
        using var active = new Measured(_router.Meter, "wamp_router.call.active");
        for (var call = 1; call <= 4; call++)
        {
            _caller.Call(call);
        }

        AssertEnded("refused");
        Assert.That(active.Sum, Is.EqualTo(3));
    }

    private void AssertEnded(string outcome)
    {
        Assert.That(_calls.Of("realm=realm1", $"outcome={outcome}"), Is.EqualTo(1));
        Assert.That(_calls.Sum, Is.EqualTo(1), "once, and in no other way");
    }
}
