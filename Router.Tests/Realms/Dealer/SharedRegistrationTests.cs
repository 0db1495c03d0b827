using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_shared_registration.md and rpc_registration_revocation.md, through real sessions.</summary>
public sealed class SharedRegistrationTests
{
    private const string Procedure = "com.procedure";

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

    [TestCase("roundrobin", "0120120")]
    [TestCase("first", "0000000")]
    [TestCase("last", "2222222")]
    [Shows("shared-registration.feature", "shared-registration.roundrobin", "shared-registration.first-last")]
    public void Call_SeveralCallees_FollowsThePolicy(string policy, string served)
    {
        var callees = Join(3, policy);

        Assert.That(string.Concat(CallTimes(7, callees)), Is.EqualTo(served));
    }

    [Test]
    [Shows("shared-registration.random")]
    public void Call_RandomPolicy_ReachesEveryCalleeAboutEquallyOften()
    {
        var callees = Join(3, "random");

        var counts = CallTimes(3_000, callees).CountBy(index => index).Select(count => count.Value).ToList();

        Assert.That(counts, Has.Count.EqualTo(3));
        Assert.That(counts, Is.All.InRange(800, 1_200), "six standard deviations are 155");
    }

    [Test]
    [Shows("shared-registration.one-id")]
    public void Register_SharedProcedure_HasOneIdForAllCallees()
    {
        var callees = Enumerable.Range(0, 3).Select(_ => _router.Join());

        Assert.That(callees.Select(callee => callee.Register(Procedure, "\"invoke\":\"random\"")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_router.Hosted.Realm.Dealer.Registrations.Count, Is.EqualTo(1));
    }

    [TestCase("first", 0, 1)]
    [TestCase("last", 2, 1)]
    [Shows("shared-registration.first-last")]
    public void Disconnect_OfTheCalleeInCharge_TheStandByTakesOver(string policy, int inCharge, int next)
    {
        var callees = Join(3, policy);

        callees[inCharge].Disconnect();

        Assert.That(CallTimes(2, callees), Is.All.EqualTo(next));
    }

    [Test]
    public void Unregister_OneOfSeveralCallees_OthersGoOnInTurn()
    {
        var callees = Join(3, "roundrobin");
        var registration = _router.Join().Register(Procedure, "\"invoke\":\"roundrobin\"");

        Assert.That(callees[1].Send($"[66,2,{registration}]").Take(), Is.EqualTo(new[] { "[67,2]" }));

        Assert.That(CallTimes(6, callees), Has.None.EqualTo(1).And.Some.EqualTo(0).And.Some.EqualTo(2));
    }

    [Test]
    [Shows("shared-registration.one-id")]
    public void Unregister_LastCallee_EndsTheRegistrationAndFreesThePolicy()
    {
        var callees = Join(2, "first");
        callees.ForEach(callee => callee.Send("[66,2,1]").Take());

        Assert.That(_caller.Call(1).Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
        Assert.That(callees[0].Register(Procedure, request: 3), Is.Not.EqualTo(1));
    }

    [TestCase("single", "single")]
    [TestCase("single", "roundrobin")]
    [TestCase("roundrobin", "single")]
    [TestCase("roundrobin", "random")]
    [TestCase("first", "last")]
    [Shows("shared-registration.single", "shared-registration.other-policy")]
    public void Register_AnotherPolicyOrSingle_IsRefused(string first, string second)
    {
        _router.Join().Register(Procedure, $"\"invoke\":\"{first}\"");

        var refused = _router.Join().Send($$"""[64,1,{"invoke":"{{second}}"},"{{Procedure}}"]""").Take().Single();

        Assert.That(refused, Does.StartWith("[8,64,1,{},\"wamp.error.procedure_already_exists\""));
    }

    [Test]
    [Shows("shared-registration.twice")]
    public void Register_SameCalleeTwice_IsRefusedAndCountsOnce()
    {
        var callees = Join(2, "roundrobin");

        Assert.That(callees[0].Send($$"""[64,2,{"invoke":"roundrobin"},"{{Procedure}}"]""").Take().Single(), Does.Contain("wamp.error.procedure_already_exists"));
        Assert.That(string.Concat(CallTimes(4, callees)), Is.EqualTo("0101"));
    }

    [TestCase("\"invoke\":\"all\"")]
    [TestCase("\"invoke\":1")]
    [Shows("shared-registration.unknown-policy")]
    public void Register_UnknownPolicy_IsAnInvalidArgument(string options) =>
        Assert.That(_caller.Send($$"""[64,1,{{{options}}},"{{Procedure}}"]""").Take().Single(), Does.Contain("wamp.error.invalid_argument"));

    [Test]
    [Shows("shared-registration.force-reregister", "revoke-registration.not-told", "revoke-registration.registration")]
    public void ForceReregister_RevokesFromEveryCalleeAndTellsThoseWhoUnderstand()
    {
        var told = _router.Join(DealerRig.Announcing(callee: "registration_revocation"));
        var untold = _router.Join();
        var old = told.Register(Procedure, "\"invoke\":\"first\"");
        untold.Register(Procedure, "\"invoke\":\"first\"");
        _caller.Call(1);
        told.Take();

        var successor = _router.Join();
        var registration = successor.Register(Procedure, "\"force_reregister\":true");
        _caller.Call(2);
        told.Send("""[70,1,{},["still answered"]]""");

        Assert.That(registration, Is.Not.EqualTo(old));
        var revocation = told.TakeOne();
        Assert.That(revocation.ToString(Newtonsoft.Json.Formatting.None), Does.StartWith($$"""[67,0,{"registration":{{old}},"reason":"""));
        Assert.That(untold.Take(), Is.Empty);
        Assert.That(successor.Take().Single(), Does.StartWith($"[68,1,{registration},"));
        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,1,{},["still answered"]]""" }));
        Assert.That(told.Send($"[66,2,{old}]").Take().Single(), Does.Contain("wamp.error.no_such_registration"));
    }

    [Test]
    [Shows("shared-registration.force-reregister")]
    public void ForceReregister_OwnProcedure_RevokesAndRegistersAnew()
    {
        var callee = _router.Join(DealerRig.Announcing(callee: "registration_revocation"));
        var old = callee.Register(Procedure);

        var answers = callee.Send($$"""[64,2,{"force_reregister":true},"{{Procedure}}"]""").Take();

        Assert.That(answers.Select(answer => answer[..4]), Is.EqualTo(new[] { "[67,", "[65," }));
        Assert.That(answers[0], Does.Contain($"\"registration\":{old},"));
        Assert.That(_caller.Call(1).Take(), Is.Empty);
        Assert.That(callee.Take().Single(), Does.StartWith("[68,1,"));
    }

    [Test]
    public void ForceReregister_NothingRegistered_Registers() =>
        Assert.That(_caller.Register(Procedure, "\"force_reregister\":true"), Is.Not.Zero);

    [Test]
    public void ForceReregister_NoBoolean_IsAViolation() =>
        Assert.That(_caller.Send($$"""[64,1,{"force_reregister":1},"{{Procedure}}"]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"));

    private List<TestPeer> Join(int count, string policy)
    {
        var callees = Enumerable.Range(0, count).Select(_ => _router.Join()).ToList();
        callees.ForEach(callee => callee.Register(Procedure, $"\"invoke\":\"{policy}\""));
        return callees;
    }

    /// <summary>Which callee got each call.</summary>
    private List<int> CallTimes(int count, List<TestPeer> callees)
    {
        var served = new List<int>();
        for (var request = 1; request <= count; request++)
        {
            _caller.Call(request);
            served.AddRange(callees.Select((callee, index) => (index, callee.Take().Count)).Where(c => c.Count > 0).Select(c => c.index));
        }

        Assert.That(_caller.Take(), Is.Empty);
        return served;
    }
}
