using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>A callee that is away: calls wait for it while there is room, and a caller for whose call there is none is told so, which costs the callee nothing.</summary>
internal sealed class ResumptionCalleeTests
{
    [Test]
    public void Call_CalleeIsAwayAndHoldsAllItMay_IsRefusedAndTheOthersWaitForIt()
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { Resumption = new ResumptionSettings { MaxBytes = 300 } });
        var callee = ResumableClient.Join(router);
        callee.Send("""[64,1,{},"com.procedure"]""");
        callee.Lose();
        var caller = router.Join();

        caller.Call(1, payload: "[1]");
        Assert.That(caller.Take(), Is.Empty);
        caller.Call(2, payload: $"[\"{new string('x', 300)}\"]");
        Assert.That(caller.Take().Single(), Does.StartWith("""[8,48,2,{},"wamp.error.""").And.Not.Contain("no_such_procedure").And.Not.Contain("canceled"));
        caller.Call(3, payload: "[3]");
        Assert.That(caller.Take(), Is.Empty);

        callee.Resume();
        Assert.That(callee.IsResumed, Is.True);
        var invocations = callee.Take();
        Assert.That(invocations.Select(invocation => invocation[^4..]), Is.EqualTo(new[] { "[1]]", "[3]]" }));
    }
}
