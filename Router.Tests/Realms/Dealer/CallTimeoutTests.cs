using WampRouter.Realms.Dealer;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_call_timeout.md, through real sessions.</summary>
public sealed class CallTimeoutTests
{
    private ManualTime _time = null!;
    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(time: _time);
        _caller = _router.Join();
        _callee = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    [Shows("timeout.feature", "timeout.milliseconds", "timeout.mode", "timeout.error", "timeout.late-answer")]
    public void Timeout_NoAnswerInTime_EndsTheCallInMilliseconds(bool canceling)
    {
        var callee = _router.Join(DealerRig.Announcing(canceling ? "call_canceling" : ""));
        callee.Register("com.procedure");
        _caller.Call(1, options: "\"timeout\":250");
        Assert.That(callee.TakeOne()[3].ToString(), Is.EqualTo("{}"), "the callee knows nothing of it");

        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.That(_caller.Take(), Is.Empty);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.timeout\""));
        Assert.That(callee.Take(), Is.EqualTo(canceling ? new[] { """[69,1,{"mode":"killnowait"}]""" } : []));
        callee.Send("""[70,1,{},["late"]]""");
        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
    }

    [TestCase("")]
    [TestCase("\"timeout\":0")]
    [TestCase("\"timeout\":null")]
    [Shows("timeout.off")]
    public void Timeout_NoneOrZero_WaitsForEver(string options)
    {
        _callee.Register("com.procedure");
        _caller.Call(1, options: options);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(Watched, Is.Zero);
    }

    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("\"5\"")]
    [TestCase("true")]
    [TestCase("9007199254740993")]
    [Shows("timeout.invalid")]
    public void Timeout_NoNumberOfMilliseconds_IsAnInvalidArgument(string timeout)
    {
        _callee.Register("com.procedure");

        Assert.That(_caller.Call(1, options: $"\"timeout\":{timeout}").Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.invalid_argument\""));
        Assert.That(_callee.Take(), Is.Empty);
    }

    [Test]
    public void Timeout_LongerThanAnyClockCounts_IsTaken()
    {
        _callee.Register("com.procedure");
        _caller.Call(1, options: "\"timeout\":9007199254740992");

        _time.Advance(TimeSpan.FromDays(3));

        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(Watched, Is.EqualTo(1));
    }

    [TestCase("call_timeout", true, true)]
    [TestCase("call_timeout", false, false)]
    [TestCase("", true, false)]
    [Shows("timeout.forwarded", "timeout.dealer-keeps-time", "timeout.callees-error")]
    public void Timeout_CalleeWantsToKeepIt_IsForwardedWhereItCan(string features, bool forward, bool forwarded)
    {
        var callee = _router.Join(DealerRig.Announcing(features));
        callee.Register("com.procedure", $"\"forward_timeout\":{(forward ? "true" : "false")}");

        _caller.Call(1, options: "\"timeout\":250");

        Assert.That(callee.TakeOne()[3].ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo(forwarded ? """{"timeout":250}""" : "{}"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_caller.Take(), Has.Count.EqualTo(forwarded ? 0 : 1));
        callee.Send("""[8,68,1,{},"wamp.error.timeout"]""");
        Assert.That(_caller.Take(), Is.EqualTo(forwarded ? new[] { """[8,48,1,{},"wamp.error.timeout"]""" } : []));
    }

    [Test]
    [Shows("progressive-results.timeout-between")]
    public void Timeout_ProgressiveResults_CountsBetweenResults()
    {
        var callee = _router.Join(DealerRig.Announcing("progressive_call_results call_canceling"));
        callee.Register("com.procedure");
        _caller.Call(1, options: "\"timeout\":100,\"receive_progress\":true");
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(99));
            callee.Send("""[70,1,{"progress":true}]""");
        }

        Assert.That(_caller.Take(), Has.Count.EqualTo(5).And.All.StartsWith("[50,1,{\"progress\":true}"));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.timeout"));
        callee.Send("""[70,1,{"progress":true}]""");
        Assert.That(_caller.Take(), Is.Empty);
    }

    [TestCase("""[70,1,{}]""")]
    [TestCase("""[8,68,1,{},"com.error"]""")]
    [Shows("timeout.forgotten")]
    public void Timeout_AnsweredInTime_IsForgotten(string answer)
    {
        _callee.Register("com.procedure");
        _caller.Call(1, options: "\"timeout\":100");
        _callee.Send(answer);
        _caller.Take();
        Assert.That(Watched, Is.Zero);

        // The same id again, as clients with ids of their own making do: the old time limit is none of its business.
        _caller.Call(1);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_caller.Take(), Is.Empty);
    }

    [Test]
    [Shows("timeout.forgotten")]
    public void Timeout_CallEndsOtherwise_IsForgotten()
    {
        _callee.Register("com.procedure");
        var leaving = _router.Join();
        leaving.Call(1, options: "\"timeout\":100");
        _caller.Call(1, options: "\"timeout\":100").Call(2, options: "\"timeout\":100").Call(3, "com.unknown", "\"timeout\":100");
        Assert.That(Watched, Is.EqualTo(3));

        _caller.Send("[49,1,{}]");
        leaving.Disconnect();
        Assert.That(Watched, Is.EqualTo(1));
        _callee.Disconnect();

        Assert.That(Watched, Is.Zero);
        _caller.Take();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_caller.Take(), Is.Empty);
    }

    [Test]
    [Shows("timeout.kill-is-bounded")]
    public void Timeout_AfterKill_EndsTheCallThatTheCalleeDoesNotLetGo()
    {
        _callee.Register("com.procedure");
        _caller.Call(1, options: "\"timeout\":100").Send("""[49,1,{"mode":"kill"}]""");

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.timeout"));
        Assert.That(_callee.Take().Count(message => message.StartsWith("[69,", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    [Shows("timeout.milliseconds")]
    public void CallTimeouts_ManyInAnyOrder_ExpireInOrderOfTheirTimeAndNeverEarly()
    {
        var time = new ManualTime();
        var expired = new List<(ulong Request, TimeSpan At)>();
        var timeouts = new CallTimeouts(time, (record, _) => expired.Add((record.Request, time.GetElapsedTime(0))));
        var random = new Random(5);
        var records = Enumerable.Range(1, 2_000).Select(_ => new CallRecord(null!, default, null!, (ulong)random.Next(1, 5_000), null!)).ToList();
        records.ForEach(record => timeouts.Watch(record, (long)record.Request));
        var forgotten = records.Where(_ => random.Next(3) == 0).ToList();
        forgotten.ForEach(timeouts.Forget);

        time.Advance(TimeSpan.FromMilliseconds(2_500));
        var restarted = records.Except(forgotten).Where(record => record.Request > 2_500 && random.Next(3) == 0).ToList();
        restarted.ForEach(timeouts.Restart);
        time.Advance(TimeSpan.FromMilliseconds(10_000));

        var due = records.Except(forgotten).Select(record => record.Request + (restarted.Contains(record) ? 2_500UL : 0)).Order();
        Assert.That(expired.Select(e => (ulong)e.At.TotalMilliseconds), Is.EqualTo(due));
        Assert.That(timeouts.Count, Is.Zero);
    }

    private int Watched => _router.Hosted.Realm.Dealer.Calls.Timeouts.Count;
}
