using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/remote_procedure_call.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class BasicRpcSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("basic-rpc.registered", "basic-rpc.invocation", "basic-rpc.result")]
    public async Task Call_ThereAndBack_IsAnswered()
    {
        var (callee, caller) = await CalleeAndCallerAsync();

        await caller.SendAsync("""[48,7814135,{},"com.procedure",["johnny"],{"firstname":"John","surname":"Doe"}]""");
        await callee.ExpectAsync("""[68,1,"$registration",{},["johnny"],{"firstname":"John","surname":"Doe"}]""");
        await callee.SendAsync("""[70,1,{},[],{"userid":123,"karma":10}]""");
        await caller.ExpectAsync("""[50,7814135,{},[],{"userid":123,"karma":10}]""");
    }

    [Test]
    [Shows("basic-rpc.register-error", "error-uri.procedure-already-exists")]
    public async Task Register_TakenProcedure_IsRefusedToEverybody()
    {
        var (callee, other) = await CalleeAndCallerAsync();

        await other.ExchangeAsync("""[64,25349185,{},"com.procedure"]""", """[8,64,25349185,{},"wamp.error.procedure_already_exists",["*"]]""");
        await callee.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[8,64,2,{},"wamp.error.procedure_already_exists",["*"]]""");
    }

    [Test]
    [Shows("basic-rpc.unregistered", "basic-rpc.call-error", "error-uri.no-such-procedure")]
    public async Task Unregister_OwnRegistration_FreesTheProcedure()
    {
        var (callee, caller) = await CalleeAndCallerAsync();

        await callee.ExchangeAsync("""[66,788923562,"$registration"]""", "[67,788923562]");

        await caller.ExchangeAsync("""[48,1,{},"com.procedure"]""", """[8,48,1,{},"wamp.error.no_such_procedure",["*"]]""");
        await callee.ExpectNothingAsync();
        await caller.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[65,2,"*"]""");
    }

    [Test]
    [Shows("basic-rpc.running-calls-finish")]
    public async Task Unregister_CallUnderWay_IsStillAnswered()
    {
        var (callee, caller) = await CalleeAndCallerAsync();
        await caller.SendAsync("""[48,1,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");

        await callee.ExchangeAsync("""[66,2,"$registration"]""", "[67,2]");
        await callee.SendAsync("""[70,1,{},["done"]]""");

        await caller.ExpectAsync("""[50,1,{},["done"]]""");
    }

    [Test]
    [Shows("basic-rpc.unregister-error", "error-uri.no-such-registration")]
    public async Task Unregister_UnknownOrForeignRegistration_IsRefused()
    {
        var (callee, stranger) = await CalleeAndCallerAsync();

        await stranger.ExchangeAsync("""[66,1,"$registration"]""", """[8,66,1,{},"wamp.error.no_such_registration",["*"]]""");
        await stranger.ExchangeAsync("[66,2,2103333224]", """[8,66,2,{},"wamp.error.no_such_registration",["*"]]""");

        await stranger.SendAsync("""[48,3,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");
    }

    [Test]
    [Shows("basic-rpc.outstanding", "order.results-free")]
    public async Task Calls_AnsweredInAnotherOrder_EachGetsItsOwnResult()
    {
        var (callee, first) = await CalleeAndCallerAsync();
        var second = await JoinAsync("second");
        await first.SendAsync("""[48,11,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"*",{}]""");
        await first.SendAsync("""[48,12,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,2,"*",{}]""");
        await second.SendAsync("""[48,11,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,3,"*",{}]""");

        await callee.SendAsync("""[70,3,{},["third"]]""");
        await callee.SendAsync("""[70,2,{},["second"]]""");
        await callee.SendAsync("""[70,1,{},["first"]]""");

        await second.ExpectAsync("""[50,11,{},["third"]]""");
        await first.ExpectAsync("""[50,12,{},["second"]]""");
        await first.ExpectAsync("""[50,11,{},["first"]]""");
    }

    [Test]
    [Shows("basic-rpc.invocation-error")]
    public async Task Invocation_Fails_CallerGetsItsUriAndPayload()
    {
        var (callee, caller) = await CalleeAndCallerAsync();
        await caller.SendAsync("""[48,7814135,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");

        await callee.SendAsync("""[8,68,1,{},"com.myapp.error.object_write_protected",["Object is write protected."],{"severity":3}]""");

        await caller.ExpectAsync("""[8,48,7814135,{},"com.myapp.error.object_write_protected",["Object is write protected."],{"severity":3}]""");
    }

    [TestCase("com.nobodys", "wamp.error.no_such_procedure")]
    [TestCase("closed.to.all.guests.procedure", "wamp.error.not_authorized")]
    [TestCase("com..procedure", "wamp.error.invalid_uri")]
    [TestCase("wamp.nothing.like.that", "wamp.error.no_such_procedure")]
    [Shows("basic-rpc.call-error", "error-uri.no-such-procedure")]
    public async Task Call_CannotReachACallee_IsRefusedByTheDealer(string procedure, string error)
    {
        var caller = await JoinAsync("caller");

        await caller.ExchangeAsync($$"""[48,1,{},"{{procedure}}"]""", $$"""[8,48,1,{},"{{error}}",["*"]]""");
    }

    [Test]
    [Shows("basic-rpc.caller-leaves", "basic-rpc.caller-leaves-mode", "basic-rpc.defunct-answer")]
    public async Task CallerLeaves_CalleeCanBeInterrupted_IsInterruptedAndItsAnswerDiscarded([Values] bool orderly)
    {
        var (callee, caller) = await CalleeAndCallerAsync();
        await caller.SendAsync("""[48,1,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");

        await LeaveAsync(caller, orderly);

        await callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await callee.SendAsync("""[70,1,{},["late"]]""");
        await callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("basic-rpc.caller-leaves-silently", "basic-rpc.defunct-answer", "field.interrupt-needs-feature")]
    public async Task CallerLeaves_CalleeCannotBeInterrupted_HearsNothing()
    {
        var (callee, caller) = await CalleeAndCallerAsync(Peer.NoFeature);
        await caller.SendAsync("""[48,1,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");

        await LeaveAsync(caller, orderly: true);

        await callee.ExpectNothingAsync();
        await callee.SendAsync("""[8,68,1,{},"com.error"]""");
        await callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("basic-rpc.callee-leaves", "error-uri.canceled")]
    public async Task CalleeLeaves_CallUnderWay_IsCanceledForTheCaller([Values] bool orderly)
    {
        var (callee, caller) = await CalleeAndCallerAsync();
        await caller.SendAsync("""[48,1,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");

        await LeaveAsync(callee, orderly);

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.canceled",["*"]]""");
    }

    private static async Task LeaveAsync(Peer peer, bool orderly)
    {
        if (orderly)
        {
            await peer.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
        }
        else
        {
            await peer.DisposeAsync();
        }
    }

    private async Task<(Peer Callee, Peer Caller)> CalleeAndCallerAsync(string details = Peer.EveryFeature)
    {
        var (callee, caller) = (await JoinAsync("callee", details), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");
        return (callee, caller);
    }
}
