using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Quotas;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>What comes for calls and invocations that have ended: it costs nobody the session, however many there were.</summary>
public sealed class LateAnswerTests
{
    private const int Many = 3_000;

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));
        _callee = _router.Join(DealerRig.Announcing("progressive_call_results progressive_call_invocations call_canceling"));
        _callee.Register("com.procedure");
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [Shows("violation.yield-unknown", "basic-rpc.defunct-answer")]
    public void Answers_OfInvocationsAbandonedInAnyOrder_AreDiscardedAndCounted(int seed)
    {
        using var discarded = new Measured(_router.Meter, "wamp_router.call.late_answers");
        var random = new Random(seed);
        var calls = Enumerable.Range(1, Many).ToArray();
        foreach (var call in calls)
        {
            _caller.Call(call);
        }

        random.Shuffle(calls);
        foreach (var call in calls)
        {
            _caller.Send($$"""[49,{{call}},{"mode":"{{(random.Next(2) == 0 ? "skip" : "killnowait")}}"}]""");
        }

        random.Shuffle(calls);
        _callee.Take();
        foreach (var invocation in calls)
        {
            _callee.Send(random.Next(3) switch
            {
                0 => $$"""[70,{{invocation}},{"progress":true}]""",
                1 => $$"""[8,68,{{invocation}},{},"wamp.error.canceled"]""",
                _ => $$"""[70,{{invocation}},{}]""",
            });
        }

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(discarded.Sum, Is.EqualTo(Many));
        Assert.That(_caller.Take(), Has.Count.EqualTo(Many));
        Assert.That(_callee.Send($$"""[70,{{Many + 1}},{}]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"), "never given out");
    }

    [Test]
    [Shows("cancel.late-answer")]
    public void Answers_BothToACallWhoseResultCrossedInterrupt_LeaveTheCalleeAlone()
    {
        _caller.Call(1).Send("""[49,1,{"mode":"kill"}]""");
        _callee.Take();

        _callee.Send("[70,1,{}]").Send("""[8,68,1,{},"wamp.error.canceled"]""");

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_callee.Status, Is.EqualTo(ReceiveStatus.Continue));
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [Shows("progressive-invocations.late-call")]
    public void Pieces_OfCallsThatEndedInAnyOrder_BeginNoCall(int seed)
    {
        var random = new Random(seed);
        var calls = Enumerable.Range(1, Many).ToArray();
        foreach (var call in calls)
        {
            _caller.Call(call, options: "\"progress\":true");
        }

        random.Shuffle(calls);
        foreach (var invocation in calls)
        {
            _callee.Send($$"""[70,{{invocation}},{}]""");
        }

        random.Shuffle(calls);
        _callee.Take();
        _caller.Take();
        foreach (var call in calls)
        {
            _caller.Call(call, options: random.Next(2) == 0 ? "\"progress\":true" : "").Send($$"""[49,{{call}},{}]""");
        }

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(_caller.Call(Many + 1).Status, Is.EqualTo(ReceiveStatus.Continue));
        Assert.That(_callee.Take(), Has.Count.EqualTo(1), "the next call is one");
    }

    [Test]
    public void Calls_OfASessionThatMakesItsIdsUp_AreCallsAlthoughOthersEndedUnderGreaterIds()
    {
        for (var call = 2 * Many; call > Many; call--)
        {
            _caller.Call(call, options: "\"progress\":true");
        }

        for (var invocation = 1; invocation <= Many; invocation++)
        {
            _callee.Send($$"""[70,{{invocation}},{}]""");
        }

        _callee.Take();
        _caller.Call(7);

        Assert.That(_callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Invocations_IdsBeginAnew_AreNotMixedUp()
    {
        var invocations = new PendingInvocations(given: WampId.Max - 1);
        var member = Member();
        Assert.That(invocations.PrepareId(), Is.EqualTo(WampId.Max));
        invocations.Begin(new PendingInvocation(member, 1, null, InvocationStates.None));
        Assert.That(invocations.PrepareId(), Is.EqualTo(1));
        invocations.Begin(new PendingInvocation(member, 2, null, InvocationStates.None));

        Assert.That(invocations.TryAbandon(WampId.Max, member, 1), Is.True);

        Assert.Multiple(() =>
        {
            Assert.That(invocations.IsLate(WampId.Max), Is.True);
            Assert.That(invocations.IsLate(WampId.Max - 1), Is.True);
            Assert.That(invocations.IsLate(1), Is.False);
            Assert.That(invocations.IsLate(2), Is.True, "of the round before");
            Assert.That(invocations.TryEnd(1, out _), Is.True);
        });
    }

    [Test]
    public void Invocations_AnIdIsStillInUseInTheNextRound_IsPassedOver()
    {
        var invocations = new PendingInvocations();
        invocations.Begin(new PendingInvocation(Member(), 1, null, InvocationStates.None));
        var next = new PendingInvocations(given: WampId.Max);
        next.Begin(new PendingInvocation(Member(), 1, null, InvocationStates.None));

        Assert.That(invocations.PrepareId(), Is.EqualTo(2));
        Assert.That(next.PrepareId(), Is.EqualTo(2));
    }

    [TestCase(1UL, 1UL, false)]
    [TestCase(2UL, 1UL, true)]
    [TestCase(1UL, 2UL, false)]
    [TestCase(1UL, WampId.Max, true)]
    [TestCase(WampId.Max, 1UL, false)]
    public void IsAfter_IdsOfOneSequence_GoesRoundAtTheLargest(ulong id, ulong other, bool expected) => Assert.That(WampId.IsAfter(id, other), Is.EqualTo(expected));

    private static Member Member() => new(new MemberIdentity(1, "a", "anonymous", "anonymous", "static"), default, null!, new RecordingPeer(), new SessionQuota(new QuotaBounds(""), new Quota(new QuotaBounds(""))));
}
