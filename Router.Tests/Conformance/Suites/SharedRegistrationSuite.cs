using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_shared_registration.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SharedRegistrationSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    [TestCase("roundrobin", new[] { 0, 1, 2, 0, 1 })]
    [TestCase("first", new[] { 0, 0, 0 })]
    [TestCase("last", new[] { 2, 2, 2 })]
    [Shows("shared-registration.feature", "shared-registration.roundrobin", "shared-registration.first-last")]
    public async Task Call_SeveralCallees_FollowsThePolicy(string policy, int[] served)
    {
        var callees = await RegisterThreeAsync(policy);

        for (var i = 0; i < served.Length; i++)
        {
            await CallAsync(Caller, i + 1, "", $"[{i}]");
            await callees[served[i]].ExpectAsync($$"""[68,"*","$registration",{},[{{i}}]]""");
        }

        await ExpectNothingForAsync(Caller, callees);
    }

    [Test]
    [Shows("shared-registration.random")]
    public async Task Call_RandomPolicyAndTheOthersBusy_EachServesOne()
    {
        var callees = await RegisterThreeAsync("random", ",\"concurrency\":1");
        for (var i = 1; i <= callees.Length; i++)
        {
            await CallAsync(Caller, i);
        }

        foreach (var callee in callees)
        {
            await ExpectInvocationAsync(callee);
            await callee.ExpectNothingAsync();
        }
    }

    [Test]
    [Shows("shared-registration.random")]
    public async Task Call_RandomPolicy_FollowsNoOrderAndLeavesNobodyOut()
    {
        const int Calls = 60;       // that one of three gets none of them happens once in 10^10 runs
        var callees = await RegisterThreeAsync("random");
        var served = new List<int>();

        for (var i = 1; i <= Calls; i++)
        {
            await CallAsync(Caller, i);
            await Caller.ExpectNothingAsync();
            var counts = await Task.WhenAll(callees.Select(callee => callee.CountAsync("""[68,"*","$registration",{}]""")));
            Assert.That(counts.Sum(), Is.EqualTo(1));
            served.Add(Array.IndexOf(counts, 1));
        }

        Assert.That(served.Distinct().Count(), Is.EqualTo(callees.Length));
        Assert.That(served.Zip(served.Skip(1), (one, next) => (next - one + 3) % 3).Distinct().Count(), Is.EqualTo(3), "after one come the same, the next and the one before");
    }

    [TestCase("first", 0, 1)]
    [TestCase("last", 2, 1)]
    [Shows("shared-registration.first-last")]
    public async Task Call_AfterTheCalleeInChargeHasGone_ReachesTheStandBy(string policy, int inCharge, int next)
    {
        var callees = await RegisterThreeAsync(policy);

        await callees[inCharge].ExchangeAsync("""[66,2,"$registration"]""", "[67,2]");
        await CallAsync(Caller, 1);

        await ExpectInvocationAsync(callees[next]);
        await AnswerAsync(callees[next], 1, Caller, 1);
    }

    [TestCase("")]
    [TestCase("\"invoke\":\"single\"")]
    [Shows("shared-registration.default", "shared-registration.single")]
    public async Task Register_SingleAndTaken_IsRefusedUntilItIsFree(string first)
    {
        await RegisterAsync(Callee, first);

        foreach (var (request, policy) in new[] { (1, "single"), (2, "roundrobin") })
        {
            await Caller.SendAsync($$"""[64,{{request}},{"invoke":"{{policy}}"},"com.procedure"]""");
            await ExpectRefusalAsync(Caller, request, "procedure_already_exists", MessageCode.Register);
        }

        await Callee.ExchangeAsync("""[66,2,"$registration"]""", "[67,2]");
        await RegisterAsync(Caller, name: "another", request: 3);
    }

    [TestCase("roundrobin", "\"invoke\":\"random\"")]
    [TestCase("first", "\"invoke\":\"last\"")]
    [TestCase("last", "\"invoke\":\"single\"")]
    [TestCase("random", "")]
    [Shows("shared-registration.other-policy")]
    public async Task Register_AnotherPolicyThanTheFirst_IsRefused(string first, string second)
    {
        await RegisterAsync(Callee, $"\"invoke\":\"{first}\"");

        await Caller.SendAsync($$"""[64,1,{{{second}}},"com.procedure"]""");

        await ExpectRefusalAsync(Caller, 1, "procedure_already_exists", MessageCode.Register);
    }

    [Test]
    [Shows("shared-registration.twice")]
    public async Task Register_TheSameCalleeTwice_IsRefused()
    {
        await RegisterAsync(Callee, "\"invoke\":\"roundrobin\"");

        await Callee.SendAsync("""[64,2,{"invoke":"roundrobin"},"com.procedure"]""");

        await ExpectRefusalAsync(Callee, 2, "procedure_already_exists", MessageCode.Register);
    }

    [Test]
    [Shows("shared-registration.one-id")]
    public async Task Unregister_ByOneCalleeAfterTheOther_TheRegistrationEndsWithTheLast()
    {
        foreach (var callee in await RegisterThreeAsync("first"))
        {
            await Caller.ExchangeAsync("""[48,1,{},"wamp.registration.match",["com.procedure"]]""", """[50,1,{},["$registration"]]""");
            await callee.ExchangeAsync("""[66,2,"$registration"]""", "[67,2]");
        }

        await CallAsync(Caller, 2);
        await ExpectRefusalAsync(Caller, 2, "no_such_procedure");
    }

    [TestCase("\"all\"")]
    [TestCase("1")]
    [Shows("shared-registration.unknown-policy")]
    public async Task Register_UnknownPolicy_IsAnInvalidArgument(string policy)
    {
        await Callee.SendAsync($$"""[64,1,{"invoke":{{policy}}},"com.procedure"]""");

        await ExpectRefusalAsync(Callee, 1, "invalid_argument", MessageCode.Register);
    }

    [Test]
    [Shows("shared-registration.force-reregister")]
    public async Task ForceReregister_Taken_RevokesItFromEveryCalleeAndRegisters()
    {
        var untold = await JoinCalleeAsync("untold", "");
        await RegisterAsync(Callee, "\"invoke\":\"first\"");
        await RegisterAsync(untold, "\"invoke\":\"first\"");
        await CallAsync(Caller, 1);
        await ExpectInvocationAsync(Callee);

        var successor = await JoinAsync("successor");
        await RegisterAsync(successor, "\"force_reregister\":true", name: "successors");

        await Callee.ExpectAsync("""[67,0,{"registration":"$registration","reason":"*"}]""");
        await CallAsync(Caller, 2);
        await successor.ExpectAsync("""[68,1,"$successors",{}]""");
        await AnswerAsync(Callee, 1, Caller, 1);
        await ExpectNothingForAsync(Caller, untold, Callee);
    }

    private async Task<Peer[]> RegisterThreeAsync(string policy, string more = "")
    {
        Peer[] callees = [Callee, await JoinAsync("second"), await JoinAsync("third")];
        foreach (var callee in callees)
        {
            await RegisterAsync(callee, $"\"invoke\":\"{policy}\"{more}");
        }

        return callees;
    }
}

/// <summary>REGISTER.Options.concurrency, which Crossbar.io's users know: a callee serves so many calls at a time, the others wait.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class CallConcurrencySuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string One = "\"concurrency\":1";

    protected override RealmSettings Realm => ConformanceRouter.Open with { Limits = new RealmLimits { MaxQueuedCallsPerRegistration = 2 } };

    [Test]
    [Shows("concurrency.limit", "concurrency.order")]
    public async Task Call_CalleeIsBusy_WaitsItsTurn()
    {
        await RegisterAsync(Callee, One);
        for (var i = 1; i <= 3; i++)
        {
            await CallAsync(Caller, i, "", $"[{i}]");
        }

        for (var i = 1; i <= 3; i++)
        {
            await ExpectInvocationAsync(Callee, i, "", $"[{i}]");
            await Callee.ExpectNothingAsync();
            await AnswerAsync(Callee, i, Caller, i);
        }
    }

    [Test]
    [Shows("concurrency.bounded")]
    public async Task Call_NoMoreMayWait_IsUnavailable()
    {
        await RegisterAsync(Callee, One);
        for (var i = 1; i <= 4; i++)
        {
            await CallAsync(Caller, i);
        }

        await ExpectRefusalAsync(Caller, 4, "unavailable");
    }

    [Test]
    [Shows("concurrency.other-callee")]
    public async Task Call_OneCalleeIsBusy_AnotherServes()
    {
        var second = await JoinAsync("second");
        await RegisterAsync(Callee, One + ",\"invoke\":\"first\"");
        await RegisterAsync(second, One + ",\"invoke\":\"first\"");

        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);

        await ExpectInvocationAsync(Callee);
        await ExpectInvocationAsync(second);
    }

    [TestCase("skip")]
    [TestCase("kill")]
    [TestCase("killnowait")]
    [Shows("concurrency.cancel")]
    public async Task Cancel_CallThatWaits_IsAnsweredAtOnceAndNeverMade(string mode)
    {
        await RegisterAsync(Callee, One);
        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);
        await ExpectInvocationAsync(Callee);

        await Caller.SendAsync($$"""[49,2,{"mode":"{{mode}}"}]""");

        await ExpectRefusalAsync(Caller, 2, "canceled");
        await AnswerAsync(Callee, 1, Caller, 1);
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("concurrency.pieces")]
    public async Task Call_InPiecesAndCalleeIsBusy_IsUnavailable()
    {
        await RegisterAsync(Callee, One);
        await CallAsync(Caller, 1);

        await CallAsync(Caller, 2, "\"progress\":true");

        await ExpectRefusalAsync(Caller, 2, "unavailable");
    }

    [Test]
    [Shows("timeout.while-waiting")]
    public async Task Timeout_OfACallThatWaits_EndsIt()
    {
        await RegisterAsync(Callee, One);
        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2, "\"timeout\":10");

        await ExpectRefusalAsync(Caller, 2, "timeout");
        await ExpectInvocationAsync(Callee);
        await AnswerAsync(Callee, 1, Caller, 1);
        await Callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("concurrency.callee-leaves")]
    public async Task Callee_LastOneLeaves_CallsThatWaitAreToldThatNobodyServesThem()
    {
        await RegisterAsync(Callee, One);
        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);
        await ExpectInvocationAsync(Callee);
        await Caller.ExpectNothingAsync();      // a round trip: the second call waits by now

        await Callee.DisposeAsync();

        await Caller.ExpectInAnyOrderAsync("""[8,48,1,{},"wamp.error.canceled",["*"]]""", """[8,48,2,{},"wamp.error.no_such_procedure",["*"]]""");
    }

    [Test]
    [Shows("concurrency.callee-leaves")]
    public async Task Callee_AnotherTakesOver_ServesTheCallsThatWait()
    {
        await RegisterAsync(Callee, One);
        await CallAsync(Caller, 1);
        await CallAsync(Caller, 2);
        await ExpectInvocationAsync(Callee);
        await Caller.ExpectNothingAsync();      // a round trip: the second call waits by now
        var successor = await JoinAsync("successor");

        await successor.SendAsync("""[64,1,{"force_reregister":true},"com.procedure"]""");

        await successor.ExpectAsync("""[65,1,"*"]""");
        await successor.ExpectAsync("""[68,1,"*",{}]""");
        await successor.SendAsync("[70,1,{},[2]]");
        await Caller.ExpectAsync("[50,2,{},[2]]");
    }
}
