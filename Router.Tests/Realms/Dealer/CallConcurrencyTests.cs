using WampRouter.Realms.Metrics;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>REGISTER.Options.concurrency: a callee serves so many calls at a time, the others wait in the order they came.</summary>
public sealed class CallConcurrencyTests
{
    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private ManualTime _time = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxQueuedCallsPerRegistration = 3 } }, time: _time);
        _caller = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("concurrency.limit", "concurrency.order")]
    public void Call_BeyondTheLimit_WaitsForAnAnswerAndKeepsItsOrder()
    {
        var callee = Join(2);
        CallTimes(5);
        Assert.That(Arguments(callee), Is.EqualTo("12"));

        callee.Send("[70,2,{}]");
        Assert.That(Arguments(callee), Is.EqualTo("3"));
        callee.Send("""[8,68,1,{},"com.error"]""").Send("[70,3,{}]");
        Assert.That(Arguments(callee), Is.EqualTo("45"));

        callee.Send("[70,4,{}]").Send("[70,5,{}]");
        Assert.That(_caller.Take().Select(answer => answer.Split(',')[answer.StartsWith("[8", StringComparison.Ordinal) ? 2 : 1]), Is.EqualTo(new[] { "2", "1", "3", "4", "5" }));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    [Shows("concurrency.bounded")]
    public void Call_QueueIsFull_IsUnavailable()
    {
        Join(1);

        CallTimes(6);

        Assert.That(_caller.Take(), Has.Count.EqualTo(2).And.All.Contains("wamp.error.unavailable"));
    }

    [Test]
    [Shows("concurrency.bounded")]
    public void Call_NoRoomForACopy_IsUnavailable()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxHeldCallBytes = 10 } });
        router.Join().Register("com.procedure", "\"concurrency\":1");
        var caller = router.Join();

        caller.Call(1).Call(2, payload: """["more than there is room for"]""");

        Assert.That(caller.Take().Single(), Does.StartWith("[8,48,2,{},\"wamp.error.unavailable\"").And.Contain("limits.maxHeldCallBytes"));
    }

    [TestCase("roundrobin", "1|2")]
    [TestCase("first", "1|2")]
    [TestCase("last", "2|1")]
    [Shows("concurrency.other-callee")]
    public void Call_OneCalleeIsBusy_AnotherServes(string policy, string served)
    {
        var (first, second) = (Join(1, policy), Join(1, policy));

        CallTimes(3);

        Assert.That($"{Arguments(first)}|{Arguments(second)}", Is.EqualTo(served));
        (served[0] == '1' ? second : first).Send("[70,1,{}]");
        Assert.That(Arguments(served[0] == '1' ? second : first), Is.EqualTo("3"));
    }

    [Test]
    public void Register_OneCalleeMore_ServesWhatWaits()
    {
        Join(1, "roundrobin");
        CallTimes(3);

        var received = _router.Join().Send("""[64,1,{"invoke":"roundrobin","concurrency":5},"com.procedure"]""").Take();

        Assert.That(received, Is.EqualTo(new[] { "[65,1,1]", "[68,1,1,{},[2]]", "[68,2,1,{},[3]]" }));
    }

    [TestCase("skip", false)]
    [TestCase("killnowait", true)]
    public void Cancel_RunningCall_MakesRoomWhereTheCalleeStops(string mode, bool makesRoom)
    {
        var callee = Join(1);
        CallTimes(2);
        callee.Take();

        _caller.Send($$"""[49,1,{"mode":"{{mode}}"}]""");

        Assert.That(callee.Take().Count(message => message.StartsWith("[68,", StringComparison.Ordinal)), Is.EqualTo(makesRoom ? 1 : 0));
        callee.Send("[70,1,{}]");
        Assert.That(callee.Take().Count(message => message.StartsWith("[68,", StringComparison.Ordinal)), Is.EqualTo(makesRoom ? 0 : 1), "a late answer makes room once at most");
    }

    [TestCase("skip")]
    [TestCase("kill")]
    [TestCase("killnowait")]
    [Shows("concurrency.cancel")]
    public void Cancel_WaitingCall_IsAnsweredAtOnceAndNeverMade(string mode)
    {
        var callee = Join(1);
        CallTimes(3);

        _caller.Send($$"""[49,2,{"mode":"{{mode}}"}]""");
        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,2,{},\"wamp.error.canceled\""));
        callee.Send("[70,1,{}]");

        Assert.That(Arguments(callee), Is.EqualTo("13"));
    }

    [Test]
    [Shows("timeout.while-waiting")]
    public void Timeout_WaitingCall_EndsAndMakesRoomInTheQueue()
    {
        var callee = Join(1);
        _caller.Call(1).Call(2, options: "\"timeout\":100").Call(3).Call(4);

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,2,{},\"wamp.error.timeout\""));
        Assert.That(_caller.Call(5).Take(), Is.Empty);
        Assert.That(callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Disconnect_Caller_ItsWaitingCallsAreGone()
    {
        var callee = Join(1);
        _caller.Call(1);
        var leaving = _router.Join().Call(1).Call(2);
        _caller.Call(2, payload: "[9]");

        leaving.Disconnect();
        callee.Take();
        callee.Send("[70,1,{}]");

        Assert.That(Arguments(callee), Is.EqualTo("9"));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Shows("concurrency.callee-leaves")]
    public void LastCalleeGoes_WaitingCalls_AreAnswered(bool disconnects)
    {
        var callee = Join(1);
        CallTimes(3);

        if (disconnects)
        {
            callee.Disconnect();
        }
        else
        {
            callee.Send("[66,2,1]");
        }

        var answers = _caller.Take();
        Assert.That(answers.Where(answer => answer.Contains("wamp.error.canceled", StringComparison.Ordinal)).Select(answer => answer[..8]), Is.EqualTo(disconnects ? new[] { "[8,48,1," } : []), "the call that it had");
        Assert.That(answers.Where(answer => answer.Contains("wamp.error.no_such_procedure", StringComparison.Ordinal)).Select(answer => answer[..8]), Is.EqualTo(new[] { "[8,48,2,", "[8,48,3," }));
        Assert.That(answers[^1], Does.Contain("the call waited for a callee"));
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
        Assert.That(_caller.Call(4).Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
    }

    [Test]
    [Shows("concurrency.callee-leaves")]
    public void ForceReregister_WaitingCalls_GoToTheNewCalleeInTheirOrder()
    {
        var callee = Join(1);
        CallTimes(4);
        callee.Take();

        var successor = _router.Join().Send("""[64,1,{"force_reregister":true},"com.procedure"]""");

        Assert.That(successor.Take(), Is.EqualTo(new[] { "[65,1,2]", "[68,1,2,{},[2]]", "[68,2,2,{},[3]]", "[68,3,2,{},[4]]" }));
        callee.Send("[70,1,{}]");
        successor.Send("[70,1,{}]").Send("[70,2,{}]").Send("[70,3,{}]");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{}]", "[50,2,{}]", "[50,3,{}]", "[50,4,{}]" }));
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    public void ForceReregister_OfOneThatLimitsItsCallsToo_WaitingCallsWaitForIt()
    {
        Join(1);
        CallTimes(3);

        var successor = _router.Join().Send("""[64,1,{"force_reregister":true,"concurrency":1},"com.procedure"]""");

        Assert.That(successor.Take(), Is.EqualTo(new[] { "[65,1,2]", "[68,1,2,{},[2]]" }));
        Assert.That(successor.Send("[70,1,{}]").Take(), Is.EqualTo(new[] { "[68,2,2,{},[3]]" }));
    }

    [TestCase("unregister")]
    [TestCase("disconnect")]
    [TestCase("remove_callee")]
    [Shows("concurrency.callee-leaves")]
    public void LastCalleeGoes_APatternServesTheProcedureToo_WaitingCallsGoThere(string how)
    {
        var callee = Join(1);
        var session = (ulong)Newtonsoft.Json.Linq.JArray.Parse(callee.Send("""[48,9,{},"wamp.registration.list_callees",[1]]""").Take().Single())[3][0]!.Single();
        var other = _router.Join();
        other.Register("com", "\"match\":\"prefix\"");
        CallTimes(3);
        callee.Take();

        _ = how switch
        {
            "unregister" => callee.Send("[66,2,1]"),
            "remove_callee" => _router.Join().Send($$"""[48,1,{},"wamp.registration.remove_callee",[1,{{session}}]]"""),
            _ => Disconnect(callee),
        };

        Assert.That(Arguments(other), Is.EqualTo("23"));
    }

    [Test]
    public void LastCalleeGoes_WaitingCallWasCanceled_IsMadeNowhere()
    {
        var callee = Join(1);
        CallTimes(3);
        _caller.Send("""[49,2,{"mode":"skip"}]""").Take();

        var successor = _router.Join().Send("""[64,1,{"force_reregister":true},"com.procedure"]""");

        Assert.That(successor.Take().Skip(1), Is.EqualTo(new[] { "[68,1,2,{},[3]]" }));
        Assert.That(callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    [Shows("concurrency.pieces")]
    public void Call_InPieces_DoesNotWait()
    {
        Join(1);
        _caller.Call(1);
        var caller = _router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));

        Assert.That(caller.Call(1, options: "\"progress\":true").Take().Single(), Does.Contain("wamp.error.unavailable"));
    }

    [Test]
    public void Error_UnavailableWhileTheOtherIsBusy_WaitsForIt()
    {
        var (first, second) = (Join(1, "first"), Join(1, "first"));
        CallTimes(2);

        first.Take();
        first.Send("""[8,68,1,{},"wamp.error.unavailable"]""");
        Assert.That(_caller.Take(), Is.Empty);
        second.Take();
        second.Send("[70,1,{}]");

        Assert.That(Arguments(second), Is.EqualTo("1"));
    }

    [TestCase("-1")]
    [TestCase("\"2\"")]
    [TestCase("1.5")]
    public void Register_ConcurrencyIsNoNumberOfCalls_IsAnInvalidArgument(string concurrency) =>
        Assert.That(_caller.Send($$"""[64,1,{"concurrency":{{concurrency}}},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.invalid_argument"));

    private static TestPeer Disconnect(TestPeer peer)
    {
        peer.Disconnect();
        return peer;
    }

    private static string Arguments(TestPeer callee) => string.Concat(callee.Take().Select(message => message[(message.LastIndexOf('[') + 1)..^2]));

    private TestPeer Join(int concurrency, string policy = "single")
    {
        var callee = _router.Join(DealerRig.Announcing("call_canceling call_reroute progressive_call_invocations"));
        callee.Register("com.procedure", $"\"concurrency\":{concurrency},\"invoke\":\"{policy}\"");
        return callee;
    }

    private void CallTimes(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            _caller.Call(i, payload: $"[{i}]");
        }
    }
}
