using System.Globalization;
using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/basic/remote_procedure_call.md and rfc/text/advanced/rpc_call_canceling.md, through real sessions.</summary>
public sealed class DealerTests
{
    private const string WithoutCanceling = """{"roles":{"callee":{}}}""";

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join();
        _callee = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("interfaces.any-payload", "message.payload-unread", "basic-rpc.invocation", "basic-rpc.result")]
    public void Call_ThereAndBack_PayloadsPassByteForByte()
    {
        const string Arguments = """[1.0,  "a" ] ,{"k":1,"k":2}""";
        const string Answer = """[12345678901234567890.5]""";
        var registration = Register(_callee, "com.procedure");

        _caller.Send(Encoding.UTF8.GetBytes($$"""[48,9,{},"com.procedure",{{Arguments}}]"""));
        Assert.That(_callee.Take(), Is.EqualTo(new[] { $$"""[68,1,{{registration}},{},{{Arguments}}]""" }));

        _callee.Send($$"""[70,1,{},{{Answer}}]""");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { $$"""[50,9,{},{{Answer}}]""" }));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
    }

    [Test]
    [Shows("basic-rpc.invocation-error")]
    public void Call_CalleeAnswersError_CallerGetsItsUriAndPayload()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,9,{},"com.procedure"]""");
        _callee.Take();

        _callee.Send("""[8,68,1,{},"com.error.odd",["why"],{"code":7}]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[8,48,9,{},"com.error.odd",["why"],{"code":7}]""" }));
    }

    [Test]
    [Shows("id.session-router")]
    public void Call_SeveralProceduresOfOneCallee_InvocationIdsCountUpPerCallee()
    {
        var (a, b) = (Register(_callee, "com.a"), Register(_callee, "com.b"));
        var other = _router.Join();
        Register(other, "com.other");

        _caller.Send("""[48,1,{},"com.a"]""").Send("""[48,2,{},"com.other"]""").Send("""[48,3,{},"com.b"]""");

        Assert.That(_callee.Take(), Is.EqualTo(new[] { $"[68,1,{a},{{}}]", $"[68,2,{b},{{}}]" }));
        Assert.That(other.Take().Single(), Does.StartWith("[68,1,"));
    }

    [Test]
    [Shows("basic-rpc.outstanding", "order.results-free")]
    public void Yield_OutOfCallOrder_ReachesTheRightCaller()
    {
        Register(_callee, "com.procedure");
        var second = _router.Join();
        _caller.Send("""[48,11,{},"com.procedure"]""");
        second.Send("""[48,22,{},"com.procedure"]""");

        _callee.Send("""[70,2,{},["second"]]""").Send("""[70,1,{},["first"]]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,11,{},["first"]]""" }));
        Assert.That(second.Take(), Is.EqualTo(new[] { """[50,22,{},["second"]]""" }));
    }

    [TestCase("com.unknown", "wamp.error.no_such_procedure")]
    [TestCase("com..bad", "wamp.error.invalid_uri")]
    public void Call_NotRoutable_IsRefused(string procedure, string error) =>
        Assert.That(_caller.Send($$"""[48,1,{},"{{procedure}}"]""").Take().Single(), Does.StartWith("[8,48,1,{}").And.Contain(error));

    [TestCase("com..bad", "wamp.error.invalid_uri")]
    [TestCase("wamp.session.count", "wamp.error.invalid_uri")]
    [TestCase("wamp", "wamp.error.invalid_uri")]
    [Shows("uri.reserved", "uri.components")]
    public void Register_BadProcedure_IsRefused(string procedure, string error) =>
        Assert.That(_callee.Send($$"""[64,1,{},"{{procedure}}"]""").Take().Single(), Does.StartWith("[8,64,1,{}").And.Contain(error));

    [Test]
    [Shows("basic-rpc.register-error", "error-uri.procedure-already-exists")]
    public void Register_TakenProcedure_IsRefusedForEverybody()
    {
        Register(_callee, "com.procedure");

        Assert.That(_caller.Send("""[64,1,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.procedure_already_exists"));
        Assert.That(_callee.Send("""[64,2,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.procedure_already_exists"));
    }

    [Test]
    [Shows("basic-rpc.unregistered", "basic-rpc.running-calls-finish")]
    public void Unregister_ByTheOwner_FreesTheProcedureAndLetsRunningCallsFinish()
    {
        var registration = Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");
        _callee.Take();

        _callee.Send($"[66,2,{registration}]").Send("""[70,1,{},[1]]""");

        Assert.That(_callee.Take(), Is.EqualTo(new[] { "[67,2]" }));
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{},[1]]" }));
        Assert.That(_caller.Send("""[48,2,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
        Assert.That(Register(_caller, "com.procedure"), Is.Not.EqualTo(registration));
    }

    [Test]
    [Shows("basic-rpc.unregister-error")]
    public void Unregister_ForeignRegistration_IsRefusedAndHarmless()
    {
        var registration = Register(_callee, "com.procedure");

        Assert.That(_caller.Send($"[66,1,{registration}]").Take().Single(), Does.StartWith("[8,66,1,{}").And.Contain("wamp.error.no_such_registration"));
        _caller.Send("""[48,2,{},"com.procedure"]""");
        Assert.That(_callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    [Shows("disclose-caller.feature")]
    public void Call_DiscloseMe_NamesTheCallerToTheCallee()
    {
        Register(_callee, "com.procedure");
        var caller = _router.Connect();
        var session = caller.Join();

        caller.Send("""[48,1,{"disclose_me":true},"com.procedure"]""");

        Assert.That(_callee.Take().Single(), Does.Contain($"\"caller\":{session},\"caller_authid\":\"").And.Contain("\"caller_authrole\":\"anonymous\""));
    }

    [Test]
    [Shows("disclose-caller.configured")]
    public void Call_DisclosureConfigured_NamesTheCallerUnasked()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with
        {
            Roles = [new RoleSettings { Name = "anonymous", Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All | Permissions.DiscloseCaller }] }],
        });
        var callee = router.Join();
        Register(callee, "com.procedure");

        router.Join().Send("""[48,1,{},"com.procedure"]""");

        Assert.That(callee.Take().Single(), Does.Contain("\"caller\":"));
    }

    [Test]
    [Shows("basic-rpc.callee-leaves")]
    public void Disconnect_Callee_AnswersItsCallersAndFreesItsProcedures()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");

        _callee.Disconnect();

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.canceled\""));
        Assert.That(_router.Hosted.Realm.Dealer.Registrations.Count, Is.Zero);
        Assert.That(_caller.Send("""[48,2,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
    }

    [Test]
    [Shows("basic-rpc.caller-leaves", "basic-rpc.caller-leaves-mode", "basic-rpc.defunct-answer")]
    public void Disconnect_Caller_InterruptsTheCalleeAndDiscardsTheAnswer()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");
        _callee.Take();

        _caller.Disconnect();

        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[69,1,{"mode":"killnowait"}]""" }));
        _callee.Send("""[70,1,{},[1]]""");
        Assert.That(_callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
        Assert.That(_callee.Send("""[8,68,1,{},"wamp.error.canceled"]""").Take(), Is.Empty, "its result may have crossed INTERRUPT");
        Assert.That(_callee.Send("[70,2,{}]").Take().Single(), Does.Contain("wamp.error.protocol_violation"), "an id never given out");
    }

    [Test]
    [Shows("field.duplicate-call-id")]
    public void Call_IdOfACallUnderWay_IsAViolation()
    {
        Register(_callee, "com.procedure");

        _caller.Send("""[48,1,{},"com.procedure"]""").Send("""[48,1,{},"com.procedure"]""");

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    public void Call_MoreUnderWayThanTheLimit_IsRefused()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxPendingCallsPerSession = 1 } });
        var (caller, callee) = (router.Join(), router.Join());
        Register(callee, "com.procedure");

        caller.Send("""[48,1,{},"com.procedure"]""").Send("""[48,2,{},"com.procedure"]""");

        Assert.That(caller.Take().Single(), Does.StartWith("[8,48,2,{},\"wamp.error.unavailable\""));
        callee.Send("[70,1,{}]");
        caller.Send("""[48,3,{},"com.procedure"]""");
        Assert.That(caller.Take(), Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    [TestCase("skip", true, null, true)]
    [TestCase("skip", false, null, true)]
    [TestCase("killnowait", true, "killnowait", true)]
    [TestCase("killnowait", false, null, true)]
    [TestCase("kill", true, "kill", false)]
    [TestCase("kill", false, null, true)]
    [Shows("cancel.skip", "cancel.kill", "cancel.killnowait", "cancel.callee-without")]
    public void Cancel_EachModeWithAndWithoutTheCalleesFeature_FollowsTheSpecifiedFlow(string mode, bool announced, string? interrupt, bool answeredNow)
    {
        var callee = announced ? _callee : _router.Join(WithoutCanceling);
        Register(callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");
        callee.Take();

        _caller.Send($$"""[49,1,{"mode":"{{mode}}"}]""");

        Assert.That(callee.Take(), Is.EqualTo(interrupt is null ? [] : new[] { $$"""[69,1,{"mode":"{{interrupt}}"}]""" }));
        var answer = _caller.Take();
        Assert.That(answer, Has.Count.EqualTo(answeredNow ? 1 : 0));
        Assert.That(answer, Is.All.StartsWith("[8,48,1,{},\"wamp.error.canceled\""));

        // The late answer: forwarded where the caller still waits, discarded where it does not.
        callee.Send("""[8,68,1,{},"wamp.error.canceled"]""");
        Assert.That(_caller.Take(), Has.Count.EqualTo(answeredNow ? 0 : 1));
        Assert.That(callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
    }

    [Test]
    [Shows("cancel.once")]
    public void Cancel_KillTwice_InterruptsOnce()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");
        _callee.Take();

        _caller.Send("""[49,1,{"mode":"kill"}]""").Send("""[49,1,{"mode":"kill"}]""");

        Assert.That(_callee.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    [Shows("cancel.unknown-mode")]
    public void Cancel_UnknownMode_IsRefusedAndTheCallGoesOn()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""").Send("""[49,1,{"mode":"stop"}]""");

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.invalid_argument"));
        _callee.Send("[70,1,{}]");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    [Test]
    [Shows("cancel.finished", "cancel.foreign", "field.cancel-finished")]
    public void Cancel_FinishedOrForeignCall_IsIgnored()
    {
        Register(_callee, "com.procedure");
        _caller.Send("""[48,1,{},"com.procedure"]""");
        var stranger = _router.Join();

        stranger.Send("[49,1,{}]");
        _callee.Take();
        _callee.Send("[70,1,{}]");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{}]" }));

        _caller.Send("[49,1,{}]");
        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(stranger.Take(), Is.Empty);
    }

    [Test]
    [Shows("cancel.bounded")]
    public void Cancel_CalleeNeverAnswersInterrupts_ItIsStillCalledAndLateAnswersDoNoHarm()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxPendingInvocationsPerSession = 1 } });
        var (caller, callee) = (router.Join(), router.Join());
        Register(callee, "com.procedure");
        const int Calls = 2_500;
        for (var i = 1; i <= Calls; i++)
        {
            caller.Send($$"""[48,{{i}},{},"com.procedure"]""").Send($$"""[49,{{i}},{}]""");
        }

        Assert.That(caller.Take(), Has.Count.EqualTo(Calls).And.All.Contains("wamp.error.canceled"));
        callee.Take();
        Assert.That(callee.Send("[70,1,{}]").Take(), Is.Empty, "forgotten");
        Assert.That(callee.Send($$"""[70,{{Calls}},{}]""").Take(), Is.Empty, "remembered");
        Assert.That(callee.Send($$"""[70,{{Calls + 1}},{}]""").Take().Single(), Does.Contain("wamp.error.protocol_violation"), "never sent");
    }

    private static ulong Register(TestPeer peer, string procedure)
    {
        var answer = peer.Send($$"""[64,1,{},"{{procedure}}"]""").Take().Single();
        Assert.That(answer, Does.StartWith("[65,1,"));
        return ulong.Parse(answer.TrimEnd(']').Split(',')[2], CultureInfo.InvariantCulture);
    }
}
