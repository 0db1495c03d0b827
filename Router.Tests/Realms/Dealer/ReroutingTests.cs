using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_call_rerouting.md, through real sessions.</summary>
public sealed class ReroutingTests
{
    private TestRouter _router = null!;
    private TestPeer _caller = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("roundrobin", "012")]
    [TestCase("first", "012")]
    [TestCase("last", "210")]
    [Shows("reroute.policy", "reroute.roundrobin", "reroute.first", "reroute.last", "reroute.all-refused")]
    public void Error_Unavailable_GoesToTheNextByThePolicy(string policy, string order)
    {
        var callees = Join(3, policy);
        _caller.Call(7, options: "\"disclose_me\":true", payload: """["a"],{"k":1}""");
        var served = "";
        for (var i = 0; i < 3; i++)
        {
            served += Refuse(callees);
            Assert.That(_caller.Take(), Has.Count.EqualTo(i < 2 ? 0 : 1), "the caller knows nothing of it until all have refused");
        }

        Assert.That(served, Is.EqualTo(order));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    [Shows("reroute.feature", "reroute.unseen")]
    public void Error_Unavailable_TheNextGetsTheSameCallAndItsAnswerCounts()
    {
        var callees = Join(2, "first");
        _caller.Call(7, options: "\"disclose_me\":true", payload: """["a"],{"k":1}""");
        var first = callees[0].Take().Single();

        callees[0].Send(Unavailable(1));

        Assert.That(callees[1].Take(), Is.EqualTo(new[] { first }), "both callees' first invocation");
        callees[1].Send("[70,1,{},[1]]");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,7,{},[1]]" }));
        Assert.That(callees[0].Send("[70,1,{}]").Take().Single(), Does.Contain("wamp.error.protocol_violation"), "who handed it back has nothing to answer");
    }

    [Test]
    [Shows("reroute.random", "reroute.all-refused")]
    public void Error_UnavailableWithRandomPolicy_ReachesEachOfTheOthersOnce()
    {
        var callees = Join(4, "random");
        _caller.Call(1);

        var served = string.Concat(Enumerable.Range(0, 4).Select(_ => Refuse(callees)));

        Assert.That(served.Order(), Is.EqualTo("0123"));
        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.no_available_callee\""));
    }

    [Test]
    [Shows("reroute.random", "reroute.policy")]
    public void Error_UnavailableWithRandomPolicy_GoesToEachOfTheOthersAndNotByTurns()
    {
        const int Calls = 400;      // that one of the twelve pairs never comes happens once in 10^14 runs
        var callees = Join(4, "random");
        var pairs = new HashSet<(int First, int Second)>();

        for (var call = 1; call <= Calls; call++)
        {
            _caller.Call(call);
            var served = Enumerable.Range(0, 4).Select(_ => int.Parse(Refuse(callees, call), System.Globalization.CultureInfo.InvariantCulture)).ToArray();

            Assert.That(served, Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
            pairs.Add((served[0], served[1]));
        }

        Assert.That(pairs, Has.Count.EqualTo(12));
    }

    [Test]
    [Shows("reroute.single")]
    public void Error_UnavailableFromTheOnlyCallee_IsNoAvailableCallee()
    {
        var callees = Join(1, "single");
        _caller.Call(1);

        Refuse(callees);

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.no_available_callee\""));
    }

    [Test]
    [Shows("reroute.unannounced")]
    public void Error_UnavailableFromACalleeThatDidNotAnnounceIt_IsItsOwnError()
    {
        var callees = new[] { _router.Join(), _router.Join() };
        Array.ForEach(callees, callee => callee.Register("com.procedure", "\"invoke\":\"first\""));
        _caller.Call(1);

        callees[0].Send(Unavailable(1));

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[8,48,1,{},"wamp.error.unavailable"]""" }));
    }

    [Test]
    [Shows("reroute.begun")]
    public void Error_UnavailableAfterTheFirstResult_IsTheEnd()
    {
        var callees = Join(2, "first");
        _caller.Call(1, options: "\"receive_progress\":true");
        callees[0].Send("""[70,1,{"progress":true},[1]]""").Send(Unavailable(1));

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,1,{"progress":true},[1]]""", """[8,48,1,{},"wamp.error.unavailable"]""" }));
        Assert.That(callees[1].Take(), Is.Empty);
    }

    [Test]
    [Shows("reroute.begun")]
    public void Error_UnavailableForACallInPieces_IsTheEnd()
    {
        var callees = Join(2, "first");
        var caller = _router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));
        caller.Call(1, options: "\"progress\":true");

        callees[0].Send(Unavailable(1));

        Assert.That(caller.Take(), Is.EqualTo(new[] { """[8,48,1,{},"wamp.error.unavailable"]""" }));
        Assert.That(callees[1].Take(), Is.Empty);
    }

    [Test]
    public void Error_OtherThanUnavailable_IsTheAnswer()
    {
        var callees = Join(2, "first");
        _caller.Call(1);

        callees[0].Send("""[8,68,1,{},"com.error"]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[8,48,1,{},"com.error"]""" }));
    }

    [Test]
    public void Cancel_AfterRerouting_InterruptsWhoServesNow()
    {
        var callees = Join(2, "first");
        _caller.Call(1);
        Refuse(callees);
        callees[1].Take();

        _caller.Send("[49,1,{}]");

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.canceled"));
        Assert.That(callees[1].Take(), Is.EqualTo(new[] { """[69,1,{"mode":"killnowait"}]""" }));
        Assert.That(callees[0].Take(), Is.Empty);
    }

    [Test]
    [Shows("reroute.canceled")]
    public void Cancel_KillAndTheCalleeHandsTheCallBack_ItIsCanceledNotRerouted()
    {
        var callees = Join(2, "first");
        _caller.Call(1).Send("""[49,1,{"mode":"kill"}]""");
        callees[0].Take();

        callees[0].Send(Unavailable(1));

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.canceled\""));
        Assert.That(callees[1].Take(), Is.Empty);
    }

    [Test]
    [Shows("timeout.while-waiting")]
    public void Timeout_OfAReroutedCall_CountsFromTheCall()
    {
        var time = new ManualTime();
        using var router = new TestRouter(time: time);
        var callees = Join(2, "first", router);
        var caller = router.Join().Call(1, options: "\"timeout\":100");
        time.Advance(TimeSpan.FromMilliseconds(60));
        Refuse(callees);

        time.Advance(TimeSpan.FromMilliseconds(40));

        Assert.That(caller.Take().Single(), Does.Contain("wamp.error.timeout"));
        Assert.That(callees[1].Take()[^1], Does.StartWith("[69,1,"));
    }

    [Test]
    public void Disconnect_WhoServesAfterRerouting_CancelsTheCall()
    {
        var callees = Join(2, "first");
        _caller.Call(1);
        Refuse(callees);

        callees[1].Disconnect();

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.canceled"));
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    [Shows("reroute.bounded")]
    public void Call_NoRoomForACopy_IsMadeButNotRerouted()
    {
        var log = new LogRecorder<Realm>();
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxHeldCallBytes = 10 } }, realmLogger: log);
        var callees = Join(2, "first", router);
        var caller = router.Join().Call(1, payload: """["more than there is room for"]""");

        Refuse(callees);

        Assert.That(caller.Take().Single(), Does.Contain("wamp.error.no_available_callee").And.Contain("limits.maxHeldCallBytes").And.Not.Contain("every callee"));
        caller.Call(2, payload: """["more than there is room for"]""");
        Refuse(callees, invocation: 2);
        Assert.That(log.Lines, Has.Count.EqualTo(2).And.All.Contains("limits.maxHeldCallBytes is reached"));
        Assert.That(callees[1].Take(), Is.Empty);
    }

    private static string Unavailable(int invocation) => $$"""[8,68,{{invocation}},{},"wamp.error.unavailable"]""";

    /// <summary>Whoever got the call hands it back. Returns who that was.</summary>
    private static string Refuse(List<TestPeer> callees, int invocation = 1)
    {
        var index = callees.FindIndex(callee => callee.Take().Count > 0);
        callees[index].Send(Unavailable(invocation));
        return index.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private List<TestPeer> Join(int count, string policy, TestRouter? router = null)
    {
        var callees = Enumerable.Range(0, count)
            .Select(_ => (router ?? _router).Join(DealerRig.Announcing("call_reroute call_canceling progressive_call_results progressive_call_invocations")))
            .ToList();
        callees.ForEach(callee => callee.Register("com.procedure", $"\"invoke\":\"{policy}\""));
        return callees;
    }
}
